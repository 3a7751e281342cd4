package dev.ring3.fs.extent;

import java.util.Arrays;

/** A fixed number of bits, with searches for runs. Not thread-safe. */
final class Bitmap {
    private final long[] words;
    private final int size;

    /** Bits that are all clear. */
    Bitmap(int size) {
        this.size = size;
        this.words = new long[(size + Long.SIZE - 1) / Long.SIZE];
    }

    /** The bits that are set here and not in another one of this size. */
    Bitmap without(Bitmap other) {
        Bitmap result = new Bitmap(size);
        Arrays.setAll(result.words, i -> words[i] & ~other.words[i]);
        return result;
    }

    boolean get(int index) {
        return (words[index / Long.SIZE] >>> index & 1) != 0;
    }

    void set(int from, int to, boolean value) {
        for (int i = from; i < to; ) {
            int end = Math.min(to, (i / Long.SIZE + 1) * Long.SIZE);
            long mask = -1L >>> (Long.SIZE - (end - i)) << i;
            words[i / Long.SIZE] = value ? words[i / Long.SIZE] | mask : words[i / Long.SIZE] & ~mask;
            i = end;
        }
    }

    /** How many bits of a range are set. */
    int count(int from, int to) {
        int count = 0;
        for (int i = from; i < to; ) {
            int end = Math.min(to, (i / Long.SIZE + 1) * Long.SIZE);
            count += Long.bitCount(words[i / Long.SIZE] & -1L >>> (Long.SIZE - (end - i)) << i);
            i = end;
        }
        return count;
    }

    /** The first clear bit from {@code from} on; the size if there is none. */
    int nextClear(int from) {
        return next(from, -1L);
    }

    /** The first set bit from {@code from} on; the size if there is none. */
    int nextSet(int from) {
        return next(from, 0);
    }

    private int next(int from, long flip) {
        if (from >= size) {
            return size;
        }
        int word = from / Long.SIZE;
        long bits = (words[word] ^ flip) & -1L << from;
        while (bits == 0) {
            if (++word == words.length) {
                return size;
            }
            bits = words[word] ^ flip;
        }
        return Math.min(size, word * Long.SIZE + Long.numberOfTrailingZeros(bits));
    }
}
