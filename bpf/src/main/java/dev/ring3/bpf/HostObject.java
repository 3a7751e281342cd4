package dev.ring3.bpf;

/**
 * The identity of something that belongs to the host and that programs can attach values to ({@link LocalStorageMap}).
 * An identity is never used for another object, as those of pidfs and inode numbers with their subvolume are.
 *
 * @param kind what it is
 * @param high the first half of what tells it from others of its kind
 * @param low the second half
 */
public record HostObject(Kind kind, long high, long low) {
    /** What programs know of. */
    public enum Kind {
        /** A process or thread. */
        TASK,
        /** A file, a directory. */
        INODE
    }

    /** A process by its pidfs id, which no other process gets. */
    public static HostObject task(long pidfsId) {
        return new HostObject(Kind.TASK, 0, pidfsId);
    }

    /** An inode by its subvolume and its number there. */
    public static HostObject inode(long subvolume, long number) {
        return new HostObject(Kind.INODE, subvolume, number);
    }
}
