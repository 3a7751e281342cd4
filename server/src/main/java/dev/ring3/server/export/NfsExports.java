package dev.ring3.server.export;

import dev.ring3.server.json.JsonObject;

/**
 * The exports of NFS, which can be changed while it runs. What was changed is kept, and holds in place of what the server was
 * started with, until that is asked for again.
 *
 * <p>An export is an object with {@code path}, {@code readOnly}, {@code async}, {@code insecure}, {@code squash}, {@code
 * clients}. Methods fail with EINVAL for what is none and what does not go with the others, ENOENT for a path that no
 * subvolume or no export is at, ENOTCONN without NFS.
 */
public interface NfsExports {
    /** Adds one; EEXIST. What is not said is as usual: written to, for this machine alone, root squashed. */
    void add(JsonObject export);

    /** Changes one; what is not said stays. */
    void change(String path, JsonObject export);

    /** Takes one away: what clients hold there is gone. */
    void remove(String path);

    /** Goes back to what the server was started with. */
    void reset();
}
