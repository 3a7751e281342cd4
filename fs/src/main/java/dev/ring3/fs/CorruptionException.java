package dev.ring3.fs;

import dev.ring3.linux.Errno;

/**
 * What is stored is not what was written: EIO to the caller, and where it is. Nothing of the damaged block was given
 * out. The volume turns inode and snapshot into a path where it reports.
 */
public final class CorruptionException extends FsException {
    private static final long serialVersionUID = 1L;

    private final transient Ino ino;
    private final transient SnapshotId snapshot;
    private final long offsetBytes;

    /**
     * Reports damage.
     *
     * @param ino the file
     * @param snapshot the snapshot node through which it was read
     * @param offsetBytes where in the file the damaged block begins
     * @param what is wrong, and where it is stored
     */
    public CorruptionException(Ino ino, SnapshotId snapshot, long offsetBytes, String what) {
        super(Errno.EIO, "read", "%s in %s at offset %d: %s".formatted(ino, snapshot, offsetBytes, what));
        this.ino = ino;
        this.snapshot = snapshot;
        this.offsetBytes = offsetBytes;
    }

    /** The file. */
    public Ino ino() {
        return ino;
    }

    /** The snapshot node through which the file was read. */
    public SnapshotId snapshot() {
        return snapshot;
    }

    /** Where in the file the damaged block begins, in bytes. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
