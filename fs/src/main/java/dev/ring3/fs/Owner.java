package dev.ring3.fs;

import dev.ring3.linux.Pidfd;

/** Whose something is; numbers are unsigned. */
public record Owner(int uid, int gid) {
    /** The superuser. */
    public static final Owner ROOT = new Owner(0, 0);

    /**
     * Whose a file would be that this process makes on its host: what a server makes by itself is its user's, who could do
     * nothing with what is root's.
     */
    public static Owner ofProcess() {
        try (Pidfd self = Pidfd.self()) {
            return self.info()
                    .credentials()
                    .map(all -> new Owner(all.filesystemUid(), all.filesystemGid()))
                    .orElse(ROOT);
        }
    }
}
