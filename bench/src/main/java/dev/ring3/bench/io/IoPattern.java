package dev.ring3.bench.io;

import java.util.Locale;

/** What is done and in which order: fio's {@code rw}. */
public enum IoPattern {
    READ(true, false, false),
    WRITE(false, true, false),
    RANDREAD(true, false, true),
    RANDWRITE(false, true, true),
    RW(true, true, false),
    RANDRW(true, true, true);

    private final boolean reads;
    private final boolean writes;
    private final boolean random;

    IoPattern(boolean reads, boolean writes, boolean random) {
        this.reads = reads;
        this.writes = writes;
        this.random = random;
    }

    boolean reads() {
        return reads;
    }

    boolean writes() {
        return writes;
    }

    boolean random() {
        return random;
    }

    /** fio's word. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Of fio's word; {@code readwrite} is {@code rw}.
     *
     * @throws IllegalArgumentException for any other
     */
    public static IoPattern of(String word) {
        for (IoPattern pattern : values()) {
            if (pattern.id().equals(word)) {
                return pattern;
            }
        }
        if (word.equals("readwrite")) {
            return RW;
        }
        throw new IllegalArgumentException(
                "rw=%s; there are read, write, randread, randwrite, rw, randrw".formatted(word));
    }
}
