package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.Immediate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/** Random decisions, all from one seed; numbers lean towards those at which operations change their behaviour. */
final class Choices {
    private static final long[] EDGES = {
        0,
        1,
        2,
        -1,
        -2,
        7,
        31,
        32,
        33,
        63,
        64,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0x80000000L,
        0xffffffffL,
        0x100000000L,
        0x1_80000000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        0x0102030405060708L,
        0x8000000080000000L
    };

    private final SplittableRandom random;

    Choices(long seed) {
        this.random = new SplittableRandom(seed);
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

    <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }

    <T> T pick(Collection<T> from) {
        return List.copyOf(from).get(random.nextInt(from.size()));
    }

    /** 64 bits. */
    long number() {
        return switch (below(4)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextLong() >> below(Long.SIZE);
            default -> EDGES[below(EDGES.length)];
        };
    }

    /** 32 bits. */
    Immediate immediate() {
        return new Immediate((int) number());
    }

    /** Memory for a program to begin with. */
    byte[] memory(int bytes) {
        ByteBuffer memory = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (memory.remaining() >= Long.BYTES) {
            memory.putLong(number());
        }
        while (memory.hasRemaining()) {
            memory.put((byte) number());
        }
        return memory.array();
    }
}
