package dev.ring3.linux;

/** What {@link RawFile#allocate} does to a range of a file: the modes of {@code fallocate(2)}. */
public enum RangeMode {
    /** Reserves space; the file grows to the range's end. */
    ALLOCATE(0),
    /** Reserves space; the size stays. */
    ALLOCATE_KEEP_SIZE(0x01),
    /** Gives the space back; the range reads as zeros, the size stays. */
    PUNCH_HOLE(0x03),
    /** Takes the range out: what follows moves down, the file is shorter. Whole blocks only, not up to the end. */
    COLLAPSE(0x08),
    /** Turns the range to zeros, reserved; the file grows to the range's end. */
    ZERO(0x10),
    /** Turns the range to zeros, reserved; the size stays. */
    ZERO_KEEP_SIZE(0x11),
    /** Puts a hole in: what follows moves up, the file is longer. Whole blocks only, not at the end. */
    INSERT(0x20),
    /** Gives this file blocks of its own where it shares them with a clone. */
    UNSHARE(0x40);

    private final int bits;

    RangeMode(int bits) {
        this.bits = bits;
    }

    /** The {@code FALLOC_FL_*} of {@code include/uapi/linux/falloc.h}. */
    int bits() {
        return bits;
    }
}
