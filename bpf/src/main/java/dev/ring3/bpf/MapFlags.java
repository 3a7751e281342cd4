package dev.ring3.bpf;

/** Flags with which maps are made, with the kernel's numbers ({@code BPF_F_*} in {@code include/uapi/linux/bpf.h}). */
public final class MapFlags {
    /** Entries need no memory before they are there; it is reserved all the same. */
    public static final int NO_PREALLOC = 1;

    /** An LRU hash map with a list for each processor; of no consequence. */
    public static final int NO_COMMON_LRU = 1 << 1;

    /** On a certain memory node; of no consequence. */
    public static final int NUMA_NODE = 1 << 2;

    /** The host may only read. */
    public static final int READ_ONLY = 1 << 3;

    /** The host may only write. */
    public static final int WRITE_ONLY = 1 << 4;

    /** Hashes that are the same in each map. */
    public static final int ZERO_SEED = 1 << 6;

    /** Programs may only read. */
    public static final int READ_ONLY_FOR_PROGRAMS = 1 << 7;

    /** Programs may only write. */
    public static final int WRITE_ONLY_FOR_PROGRAMS = 1 << 8;

    /** The host has the values in its memory, as it always does. */
    public static final int MMAPABLE = 1 << 10;

    /** May stand in an array of maps for one of another size. */
    public static final int INNER_MAP = 1 << 12;

    /** Who may do what; every kind of map knows these, and {@link #NUMA_NODE}. */
    static final int ACCESS = READ_ONLY | WRITE_ONLY | READ_ONLY_FOR_PROGRAMS | WRITE_ONLY_FOR_PROGRAMS;

    private MapFlags() {}

    /** Whether flags say that somebody may do nothing at all, or are others than these. */
    static boolean areInvalid(int flags, int known) {
        return (flags & ~(known | ACCESS | NUMA_NODE)) != 0
                || (flags & (READ_ONLY | WRITE_ONLY)) == (READ_ONLY | WRITE_ONLY)
                || (flags & (READ_ONLY_FOR_PROGRAMS | WRITE_ONLY_FOR_PROGRAMS))
                        == (READ_ONLY_FOR_PROGRAMS | WRITE_ONLY_FOR_PROGRAMS);
    }
}
