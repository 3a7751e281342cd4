package dev.ring3.bpf.map;

/**
 * The order in which one goes through a trie: by their bits, and a prefix after all that begin with it, as the kernel
 * does it ({@code trie_get_next_key} in {@code kernel/bpf/lpm_trie.c}).
 *
 * <p>In a node, for each value of its bits: first what is longer, then the prefix of all six bits, then those of five to
 * one that end with this value, the longer ones first.
 */
final class PrefixOrder {
    private static final int NONE = PrefixNodes.NONE;
    private static final int STRIDE = PrefixNodes.STRIDE;
    private static final int VALUES = 1 << STRIDE;

    private final int dataBytes;
    private final PrefixNodes nodes;
    private final PrefixRows rows;
    private final long root;
    private final long shortest;

    PrefixOrder(int dataBytes, PrefixNodes nodes, PrefixRows rows, long root, long shortest) {
        this.dataBytes = dataBytes;
        this.nodes = nodes;
        this.rows = rows;
        this.root = root;
        this.shortest = shortest;
    }

    /** The row of the first prefix, or 0. */
    int first() {
        int row = firstBelow(PrefixNodes.reference(root));
        return row != NONE ? row : PrefixNodes.reference(shortest);
    }

    /** The row of the prefix that follows one, or 0. */
    int after(long key) {
        int length = PrefixKeys.length(key);
        if (length == 0) {
            return NONE;
        }
        int row = afterBelow(PrefixNodes.reference(root), key, length);
        return row != NONE ? row : PrefixNodes.reference(shortest);
    }

    private int firstBelow(int reference) {
        if (reference <= 0) {
            return reference == NONE ? NONE : ~reference;
        }
        return firstFrom(nodes.address(reference), 0);
    }

    /** The first in a node whose six bits have a value or more. */
    private int firstFrom(long node, int value) {
        for (int next = value; next < VALUES; next++) {
            long longer = PrefixNodes.longerAt(node, next);
            int row = longer != 0 ? firstBelow(PrefixNodes.reference(longer)) : endingWith(node, next, STRIDE);
            if (row != NONE) {
                return row;
            }
        }
        return NONE;
    }

    /** The longest prefix in a node, of at most so many bits, whose last value is this one. */
    private static int endingWith(long node, int value, int bitsMax) {
        int bitsMin = STRIDE - Math.min(STRIDE - 1, Integer.numberOfTrailingZeros(~value));
        for (int bits = bitsMax; bits >= bitsMin; bits--) {
            long at = PrefixNodes.exactAt(node, value, bits);
            if (at != 0) {
                return PrefixNodes.reference(at);
            }
        }
        return NONE;
    }

    /** What follows a prefix in a node: of its bits those of a value, with at most so many. */
    private int firstAfter(long node, int value, int bitsMax) {
        int row = endingWith(node, value, bitsMax);
        return row != NONE ? row : firstFrom(node, value + 1);
    }

    /** What follows a key below a reference, or 0. */
    private int afterBelow(int reference, long key, int length) {
        if (reference == NONE) {
            return NONE;
        }
        int any = anyBelow(reference);
        int offset = reference < 0 ? rows.length(any) : PrefixNodes.offset(nodes.address(reference));
        int common = PrefixKeys.common(key, rows.key(any), Math.min(length, offset));
        if (common < Math.min(length, offset)) {
            return PrefixKeys.bit(key, common) == 0 ? firstBelow(reference) : NONE;
        }
        if (reference < 0) {
            return length > offset ? any : NONE; // is it what the key begins with, or the other way round?
        }
        return length <= offset ? NONE : afterIn(nodes.address(reference), key, length, offset);
    }

    private int anyBelow(int reference) {
        int below = reference;
        while (below > 0) {
            below = PrefixNodes.anyBelow(nodes.address(below));
        }
        return ~below;
    }

    private int afterIn(long node, long key, int length, int offset) {
        int stride = PrefixKeys.stride(key, dataBytes, offset);
        if (length <= offset + STRIDE) {
            int bits = length - offset;
            int last = stride | ((1 << (STRIDE - bits)) - 1);
            return firstAfter(node, last, bits - 1);
        }
        long longer = PrefixNodes.longerAt(node, stride);
        int row = longer == 0 ? NONE : afterBelow(PrefixNodes.reference(longer), key, length);
        return row != NONE ? row : firstAfter(node, stride, STRIDE);
    }
}
