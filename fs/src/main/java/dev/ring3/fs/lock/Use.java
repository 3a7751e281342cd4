package dev.ring3.fs.lock;

/** What is done with a file's content, or denied to others. */
public enum Use {
    NONE(0),
    READ(1),
    WRITE(2),
    BOTH(3);

    private final int bits;

    Use(int bits) {
        this.bits = bits;
    }

    /** Whether the two have something in common. */
    public boolean overlaps(Use other) {
        return (bits & other.bits) != 0;
    }

    /** What is in either. */
    public Use and(Use other) {
        return values()[bits | other.bits];
    }
}
