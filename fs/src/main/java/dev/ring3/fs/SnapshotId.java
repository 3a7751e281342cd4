package dev.ring3.fs;

/**
 * The number of a node of the snapshot tree. Numbers descend: a child's is less than its parent's. Never reused in a
 * volume. The same node may be the head of a writable subvolume today and an interior node of the tree tomorrow.
 *
 * @param value positive, at most 2^32 - 1
 */
public record SnapshotId(long value) implements Comparable<SnapshotId> {
    /** The root of the tree, which every volume begins with. */
    public static final SnapshotId FIRST = new SnapshotId(0xffff_ffffL);

    public SnapshotId {
        if (value <= 0 || value > 0xffff_ffffL) {
            throw new IllegalArgumentException("snapshot id " + value);
        }
    }

    @Override
    public int compareTo(SnapshotId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "snapshot node " + value;
    }
}
