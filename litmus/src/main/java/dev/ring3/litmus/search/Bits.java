package dev.ring3.litmus.search;

import java.util.Arrays;

/**
 * Sets of events, and relations between them, as bits: event {@code i} is bit {@code i % 64} of word {@code i / 64}, and a
 * relation is the sets of successors of event 0, 1, 2, ... one behind the other. How many words a set takes, {@code w}, is
 * the caller's to know.
 */
final class Bits {
    private Bits() {}

    static boolean has(long[] set, int event) {
        return (set[event >> 6] & (1L << event)) != 0;
    }

    static void add(long[] set, int event) {
        set[event >> 6] |= 1L << event;
    }

    static boolean has(long[] relation, int w, int from, int to) {
        return (relation[from * w + (to >> 6)] & (1L << to)) != 0;
    }

    static void add(long[] relation, int w, int from, int to) {
        relation[from * w + (to >> 6)] |= 1L << to;
    }

    /** The least member from {@code from} on, or -1. */
    static int next(long[] bits, int offset, int w, int from) {
        int word = from >> 6;
        if (word >= w) {
            return -1;
        }
        long rest = bits[offset + word] & (-1L << from);
        while (rest == 0) {
            if (++word >= w) {
                return -1;
            }
            rest = bits[offset + word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(rest);
    }

    static boolean isEmpty(long[] bits, int length) {
        for (int i = 0; i < length; i++) {
            if (bits[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** {@code into |= added}, on rows. */
    static boolean or(long[] into, int intoOffset, long[] added, int addedOffset, int w) {
        boolean changed = false;
        for (int i = 0; i < w; i++) {
            long old = into[intoOffset + i];
            long now = old | added[addedOffset + i];
            into[intoOffset + i] = now;
            changed |= old != now;
        }
        return changed;
    }

    static boolean intersects(long[] a, int aOffset, long[] b, int bOffset, int w) {
        for (int i = 0; i < w; i++) {
            if ((a[aOffset + i] & b[bOffset + i]) != 0) {
                return true;
            }
        }
        return false;
    }

    /** {@code out = first ; second}. */
    static void sequence(long[] out, long[] first, long[] second, int n, int w) {
        Arrays.fill(out, 0, n * w, 0);
        if (w == 1) {
            for (int i = 0; i < n; i++) {
                long row = 0;
                for (long middle = first[i]; middle != 0; middle &= middle - 1) {
                    row |= second[Long.numberOfTrailingZeros(middle)];
                }
                out[i] = row;
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            for (int j = next(first, i * w, w, 0); j >= 0; j = next(first, i * w, w, j + 1)) {
                or(out, i * w, second, j * w, w);
            }
        }
    }

    static void inverse(long[] out, long[] relation, int n, int w) {
        Arrays.fill(out, 0, n * w, 0);
        for (int i = 0; i < n; i++) {
            for (int j = next(relation, i * w, w, 0); j >= 0; j = next(relation, i * w, w, j + 1)) {
                add(out, w, j, i);
            }
        }
    }

    /** Makes a relation transitive. */
    static void close(long[] relation, int n, int w) {
        if (w == 1) {
            closeWords(relation, n);
            return;
        }
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                if (has(relation, w, i, k)) {
                    or(relation, i * w, relation, k * w, w);
                }
            }
        }
    }

    private static void closeWords(long[] relation, int n) {
        long reached = 0;
        for (int i = 0; i < n; i++) {
            reached |= relation[i];
        }
        for (int k = 0; k < n; k++) {
            long through = relation[k];
            long bit = 1L << k;
            if (through == 0 || (reached & bit) == 0) {
                continue; // on no way from one event to another
            }
            for (int i = 0; i < n; i++) {
                if ((relation[i] & bit) != 0) {
                    relation[i] |= through;
                }
            }
        }
    }

    static boolean isReflexiveSomewhere(long[] relation, int n, int w) {
        for (int i = 0; i < n; i++) {
            if (has(relation, w, i, i)) {
                return true;
            }
        }
        return false;
    }

    /** The set of the events below {@code n}. */
    static void fillUniverse(long[] set, int n, int w) {
        for (int i = 0; i < w; i++) {
            int above = n - (i << 6);
            set[i] = above >= Long.SIZE ? -1L : above <= 0 ? 0 : (1L << above) - 1;
        }
    }
}
