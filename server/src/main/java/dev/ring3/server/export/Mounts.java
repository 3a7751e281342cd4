package dev.ring3.server.export;

import dev.ring3.fs.FsException;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.linux.Errno;
import dev.ring3.server.event.Events;
import dev.ring3.server.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The directories of this machine in which the kernel shows the namespace. */
public final class Mounts implements AutoCloseable {
    /** Each has threads of its own. */
    public static final int MAX = 32;

    /** A mount. */
    private record Entry(FuseMount mount, boolean readOnly) {}

    private final Vfs vfs;
    private final Path data;
    private final Events events;

    // Guarded by this object's monitor.
    private final Map<Path, Entry> mounts = new TreeMap<>();
    private boolean closed;

    /** @param data the data directory, which no mount may hide */
    public Mounts(Vfs vfs, Path data, Events events) {
        this.vfs = vfs;
        this.data = data;
        this.events = events;
    }

    /**
     * Mounts the namespace in a directory.
     *
     * @throws FsException ENOENT, ENOTDIR for the directory; EBUSY if it is mounted there already; EINVAL if the data
     *     directory is in it
     * @throws dev.ring3.linux.LinuxException ENOENT if this machine has no FUSE, EPERM without root
     */
    public synchronized JsonObject add(Path directory, boolean readOnly) {
        Path place = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(place)) {
            throw new FsException(Files.exists(place) ? Errno.ENOTDIR : Errno.ENOENT, "mount", place.toString());
        }
        if (data.startsWith(place)) {
            throw new FsException(Errno.EINVAL, "mount", place + ", which would hide the data directory");
        }
        forgetEnded();
        if (closed || mounts.containsKey(place)) {
            throw new FsException(Errno.EBUSY, "mount", place + (closed ? ": the server stops" : " is one already"));
        }
        if (mounts.size() >= MAX) {
            throw new FsException(Errno.EAGAIN, "mount", "%d there are already".formatted(MAX));
        }
        MountOptions options = MountOptions.DEFAULT.withSource("ring3:" + data);
        Entry entry = new Entry(FuseMount.mount(vfs, place, readOnly ? options.withReadOnly() : options), readOnly);
        mounts.put(place, entry);
        events.publish("mount.added", new JsonObject().put("directory", place.toString()));
        return json(place, entry);
    }

    /** Unmounts a directory; ENOENT if it is none. */
    public synchronized void remove(Path directory) {
        Path place = directory.toAbsolutePath().normalize();
        Entry entry = mounts.remove(place);
        if (entry == null) {
            throw new FsException(Errno.ENOENT, "unmount", place.toString());
        }
        entry.mount().close();
        removed(place);
    }

    private void removed(Path place) {
        events.publish("mount.removed", new JsonObject().put("directory", place.toString()));
    }

    /** Those that are there. */
    public synchronized List<JsonObject> list() {
        forgetEnded();
        List<JsonObject> all = new ArrayList<>();
        mounts.forEach((place, entry) -> all.add(json(place, entry)));
        return all;
    }

    /** How many are there; others may have unmounted some. */
    public synchronized int count() {
        forgetEnded();
        return mounts.size();
    }

    /** Lets the kernel ask anew about everything, in every mount. */
    public synchronized void invalidateCaches() {
        mounts.values().forEach(entry -> entry.mount().invalidateCaches());
    }

    private void forgetEnded() {
        for (Map.Entry<Path, Entry> each : List.copyOf(mounts.entrySet())) {
            if (!each.getValue().mount().isMounted()) {
                mounts.remove(each.getKey());
                each.getValue().mount().close();
                removed(each.getKey());
            }
        }
    }

    private static JsonObject json(Path place, Entry entry) {
        return new JsonObject()
                .put("kind", "fuse")
                .put("address", place.toString())
                .put("readOnly", entry.readOnly())
                .put("how", place.toString());
    }

    /** Unmounts all, and mounts no more. */
    @Override
    public synchronized void close() {
        closed = true;
        RuntimeException failure = null;
        for (Entry entry : mounts.values()) {
            try {
                entry.mount().close();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        mounts.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
