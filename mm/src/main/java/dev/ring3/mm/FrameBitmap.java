package dev.ring3.mm;

/** A set of small numbers that finds its least in a few steps: words of bits, and above each 64 words one that sums them up. */
final class FrameBitmap {
    /** Level 0 has the bits; bit i of a level is set if word i of the level below is not 0. The last has one word. */
    private final long[][] levels;

    private final long size;

    /** An empty set of numbers below {@code size}. */
    FrameBitmap(long size) {
        this.size = size;
        int depth = 1;
        for (long words = wordsFor(size); words > 1; words = wordsFor(words)) {
            depth++;
        }
        levels = new long[depth][];
        long bits = size;
        for (int level = 0; level < depth; level++) {
            levels[level] = new long[Math.toIntExact(Math.max(1, wordsFor(bits)))];
            bits = levels[level].length;
        }
    }

    boolean contains(long number) {
        return number < size && (levels[0][(int) (number >>> 6)] & 1L << number) != 0;
    }

    void add(long number) {
        long index = number;
        for (long[] level : levels) {
            int word = (int) (index >>> 6);
            boolean wasEmpty = level[word] == 0;
            level[word] |= 1L << index;
            if (!wasEmpty) {
                return;
            }
            index = word;
        }
    }

    void remove(long number) {
        long index = number;
        for (long[] level : levels) {
            int word = (int) (index >>> 6);
            level[word] &= ~(1L << index);
            if (level[word] != 0) {
                return;
            }
            index = word;
        }
    }

    /** The least number in the set, -1 if it is empty. */
    long least() {
        long index = 0;
        for (int level = levels.length - 1; level >= 0; level--) {
            long word = levels[level][(int) index];
            if (word == 0) {
                return -1;
            }
            index = (index << 6) + Long.numberOfTrailingZeros(word);
        }
        return index;
    }

    private static long wordsFor(long bits) {
        return (bits + 63) >>> 6;
    }
}
