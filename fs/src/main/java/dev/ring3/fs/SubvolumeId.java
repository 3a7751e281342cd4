package dev.ring3.fs;

/**
 * The number of a subvolume: never reused in its volume, kept by rollback.
 *
 * @param value positive, at most 2^32 - 1
 */
public record SubvolumeId(long value) implements Comparable<SubvolumeId> {
    /** The subvolume that every volume begins with; it cannot be deleted. */
    public static final SubvolumeId FIRST = new SubvolumeId(1);

    public SubvolumeId {
        if (value <= 0 || value > 0xffff_ffffL) {
            throw new IllegalArgumentException("subvolume id " + value);
        }
    }

    @Override
    public int compareTo(SubvolumeId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "subvolume " + value;
    }
}
