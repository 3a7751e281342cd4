package dev.ring3.linux;

/** How far {@link RawFile#syncRange} goes: the useful sets of {@code SYNC_FILE_RANGE_*}. */
public enum RangeSync {
    /** Starts writing what is dirty, and returns. */
    START(2),
    /** Waits for writes that were started before, starts the rest, and waits for that. */
    WRITE_AND_WAIT(1 | 2 | 4),
    /** Waits for writes that were started before. */
    WAIT(1);

    private final int bits;

    RangeSync(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
