package dev.ring3.linux;

/** What a file is opened for. */
public enum Access {
    /** Reading. */
    READ(0),
    /** Writing. */
    WRITE(1),
    /** Both. */
    READ_WRITE(2);

    private final int bits;

    Access(int bits) {
        this.bits = bits;
    }

    /** {@code O_RDONLY}, {@code O_WRONLY}, {@code O_RDWR}. */
    int bits() {
        return bits;
    }
}
