package dev.ring3.fs.lock;

/**
 * A range of bytes in a file, both ends included.
 *
 * @param first offset of the first byte, not negative
 * @param last offset of the last byte; {@link #TO_THE_END} for a range that grows with the file
 */
public record ByteRange(long first, long last) {
    /** The last byte of a range that has no end. */
    public static final long TO_THE_END = Long.MAX_VALUE;

    /** The whole file, however long it becomes. */
    public static final ByteRange ALL = new ByteRange(0, TO_THE_END);

    public ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("byte range [%d, %d]".formatted(first, last));
        }
    }

    boolean overlaps(ByteRange other) {
        return first <= other.last && other.first <= last;
    }

    /** Whether the two have no byte between them, so that together they are one range. */
    boolean touches(ByteRange other) {
        return overlaps(other) || follows(other) || other.follows(this);
    }

    private boolean follows(ByteRange other) {
        return other.last != TO_THE_END && other.last + 1 == first;
    }

    ByteRange join(ByteRange other) {
        return new ByteRange(Math.min(first, other.first), Math.max(last, other.last));
    }

    @Override
    public String toString() {
        return last == TO_THE_END ? "[%d, end]".formatted(first) : "[%d, %d]".formatted(first, last);
    }
}
