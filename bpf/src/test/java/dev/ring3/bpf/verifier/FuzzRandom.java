package dev.ring3.bpf.verifier;

import java.util.List;
import java.util.SplittableRandom;

/** Random decisions, all from one seed; numbers lean towards those at which operations change their behaviour. */
final class FuzzRandom {
    private static final long[] EDGES = {
        0,
        1,
        2,
        -1,
        -2,
        3,
        4,
        7,
        8,
        15,
        16,
        31,
        32,
        33,
        63,
        64,
        0x7f,
        0x80,
        0xff,
        0x100,
        0x7fff,
        0x8000,
        0xffff,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0x80000000L,
        0xffffffffL,
        0x100000000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        0x0102030405060708L
    };

    private SplittableRandom random;

    FuzzRandom(long seed) {
        this.random = new SplittableRandom(seed);
    }

    void seed(long seed) {
        random = new SplittableRandom(seed);
    }

    long next() {
        return random.nextLong();
    }

    /** From 0 to the bound, without it. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** From one number to another, both included. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    @SafeVarargs
    final <T> T pick(T... from) {
        return from[random.nextInt(from.length)];
    }

    /** 64 bits. */
    long number() {
        return switch (below(5)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextLong() >> below(Long.SIZE);
            case 2 -> below(64);
            default -> EDGES[below(EDGES.length)] + (chance(20) ? between(-1, 1) : 0);
        };
    }
}
