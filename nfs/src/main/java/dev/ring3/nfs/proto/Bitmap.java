package dev.ring3.nfs.proto;

import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;

/**
 * {@code bitmap4}: a set of attribute numbers below 128; bits beyond are nobody's, and read as
 * {@link #UNKNOWN}, which is nobody's either.
 *
 * @param low numbers 0 to 63
 * @param high numbers 64 to 127
 */
public record Bitmap(long low, long high) {
    public static final Bitmap EMPTY = new Bitmap(0, 0);

    /** How many words a client may send. */
    private static final int WORDS_MAX = 1 << 16;

    private static final int UNKNOWN = 127;

    public static Bitmap of(int... numbers) {
        Bitmap all = EMPTY;
        for (int number : numbers) {
            all = all.with(number);
        }
        return all;
    }

    public static Bitmap read(XdrReader in) {
        int count = in.getCount(WORDS_MAX);
        long low = 0;
        long high = 0;
        long beyond = 0;
        for (int i = 0; i < count; i++) {
            long word = in.getUnsigned();
            switch (i) {
                case 0 -> low |= word;
                case 1 -> low |= word << 32;
                case 2 -> high |= word;
                case 3 -> high |= word << 32;
                default -> beyond |= word;
            }
        }
        Bitmap all = new Bitmap(low, high);
        return beyond == 0 ? all : all.with(UNKNOWN);
    }

    /** Writes as few words as hold the set. */
    public void write(XdrWriter out) {
        int[] words = {(int) low, (int) (low >>> 32), (int) high, (int) (high >>> 32)};
        int count = words.length;
        while (count > 0 && words[count - 1] == 0) {
            count--;
        }
        out.putInt(count);
        for (int i = 0; i < count; i++) {
            out.putInt(words[i]);
        }
    }

    public boolean has(int number) {
        return number < Long.SIZE ? (low >>> number & 1) != 0 : (high >>> (number - Long.SIZE) & 1) != 0;
    }

    public Bitmap with(int number) {
        return number < Long.SIZE ? new Bitmap(low | 1L << number, high) : new Bitmap(low, high | 1L << number);
    }

    public Bitmap and(Bitmap other) {
        return new Bitmap(low & other.low, high & other.high);
    }

    public Bitmap or(Bitmap other) {
        return new Bitmap(low | other.low, high | other.high);
    }

    public Bitmap without(Bitmap other) {
        return new Bitmap(low & ~other.low, high & ~other.high);
    }

    public boolean isEmpty() {
        return low == 0 && high == 0;
    }

    /** Whether the two have something in common. */
    public boolean overlaps(Bitmap other) {
        return !and(other).isEmpty();
    }

    /** The least number that is not less than this one, or -1. */
    public int next(int from) {
        for (int number = from; number < 2 * Long.SIZE; number++) {
            if (has(number)) {
                return number;
            }
        }
        return -1;
    }
}
