package dev.ring3.bpf.map;

/**
 * Where in a trie a prefix is or would be, and what puts it there or takes it away. Used under the lock of the trie:
 * first {@link #find}, then one of the others, without a change of the trie between them.
 *
 * <p>Each change makes what is new and then replaces one reference.
 */
final class PrefixPlace {
    private static final int NONE = PrefixNodes.NONE;
    private static final int STRIDE = PrefixNodes.STRIDE;

    /** What is at the place. */
    private enum Kind {
        /** The prefix, or nothing in the trie besides. */
        ALONE,
        /** The prefix, in a node whose bits it ends in. */
        IN_NODE,
        /** A node whose bits it ends in, which has it not. */
        ABSENT_IN_NODE,
        /** A node that has nothing longer with its bits. */
        ABSENT_BELOW_NODE,
        /** Something that has other bits or is longer. */
        BESIDE
    }

    private final PrefixNodes nodes;
    private final PrefixRows rows;
    private final int dataBytes;
    private final long root;
    private final long shortest;

    private Kind kind = Kind.ALONE;
    private int length; // of the prefix
    private int stride; // its bits that the node stands for
    private long at; // where the reference to it is or would be
    private int node; // that the reference is in; 0 for none
    private long nodeAt; // where the reference to that is
    private int near; // a row that has as much in common with the prefix as any, 0 if the trie is empty
    private int same; // how many bits that is

    PrefixPlace(PrefixLayout layout, PrefixNodes nodes, PrefixRows rows, long root, long shortest) {
        this.nodes = nodes;
        this.rows = rows;
        this.dataBytes = layout.dataBytes();
        this.root = root;
        this.shortest = shortest;
    }

    /** Goes to the place of a prefix. */
    void find(long key) {
        length = PrefixKeys.length(key);
        node = NONE;
        at = length == 0 ? shortest : root;
        if (length == 0) {
            kind = Kind.IN_NODE;
            return;
        }
        near = near(key);
        same = near == NONE ? 0 : PrefixKeys.common(key, rows.key(near), Math.min(length, rows.length(near)));
        int reference = PrefixNodes.reference(at);
        while (reference > 0) {
            long address = nodes.address(reference);
            int offset = PrefixNodes.offset(address);
            if (same < offset || length <= offset) {
                kind = Kind.BESIDE;
                return;
            }
            node = reference;
            nodeAt = at;
            stride = stride(key, offset);
            if (length <= offset + STRIDE) {
                at = PrefixNodes.exactAt(address, stride, length - offset);
                kind = at == 0 ? Kind.ABSENT_IN_NODE : Kind.IN_NODE;
                return;
            }
            at = PrefixNodes.longerAt(address, stride);
            if (at == 0) {
                kind = Kind.ABSENT_BELOW_NODE;
                return;
            }
            reference = PrefixNodes.reference(at);
        }
        kind = reference == NONE || (same == length && length == rows.length(~reference)) ? Kind.ALONE : Kind.BESIDE;
    }

    private int stride(long key, int offset) {
        return PrefixKeys.stride(key, dataBytes, offset);
    }

    private int near(long key) {
        int reference = PrefixNodes.reference(root);
        while (reference > 0) {
            long address = nodes.address(reference);
            int offset = PrefixNodes.offset(address);
            long longer = offset >= length ? 0 : PrefixNodes.longerAt(address, stride(key, offset));
            reference = longer == 0 ? PrefixNodes.anyBelow(address) : PrefixNodes.reference(longer);
        }
        return reference == NONE ? NONE : ~reference;
    }

    /** The row of the prefix, or 0. */
    int row() {
        return switch (kind) {
            case IN_NODE -> PrefixNodes.reference(at);
            case ALONE -> PrefixNodes.reference(at) == NONE ? NONE : ~PrefixNodes.reference(at);
            case ABSENT_IN_NODE, ABSENT_BELOW_NODE, BESIDE -> NONE;
        };
    }

    /** Puts another row in place of that of the prefix. */
    void replace(int row) {
        PrefixNodes.set(at, kind == Kind.ALONE ? ~row : row);
    }

    /** Puts the row of the prefix here, where none is; returns whether there was memory for that. */
    boolean insert(int row) {
        return switch (kind) {
            case ALONE, IN_NODE -> {
                replace(row);
                yield true;
            }
            case ABSENT_IN_NODE, ABSENT_BELOW_NODE -> grow(row);
            case BESIDE -> split(row);
        };
    }

    private boolean grow(int row) {
        int copy = nodes.copyForMore(node);
        if (copy == NONE) {
            return false;
        }
        if (kind == Kind.ABSENT_IN_NODE) {
            nodes.addPrefix(copy, stride, length - PrefixNodes.offset(nodes.address(copy)), row);
        } else {
            nodes.addLonger(copy, stride, ~row);
        }
        PrefixNodes.set(nodeAt, copy);
        nodes.retire(node);
        return true;
    }

    /**
     * Puts a node between the reference and what it leads to: one for the first bits in which that and the prefix differ,
     * or in which one of them ends.
     */
    private boolean split(int row) {
        int below = PrefixNodes.reference(at);
        int lengthBelow = below < 0 ? rows.length(~below) : Integer.MAX_VALUE;
        int offset = Math.min(Math.min(lastStride(length), lastStride(lengthBelow)), same / STRIDE * STRIDE);
        int made = nodes.create(offset, 2);
        if (made == NONE) {
            return false;
        }
        add(made, offset, row, length, ~row);
        add(made, offset, near, lengthBelow, below);
        PrefixNodes.set(at, made);
        return true;
    }

    /** Where the bits begin in which a prefix ends. */
    private static int lastStride(int length) {
        return (length - 1) / STRIDE * STRIDE;
    }

    private void add(int made, int offset, int row, int rowLength, int reference) {
        int value = stride(rows.key(row), offset);
        if (rowLength <= offset + STRIDE) {
            nodes.addPrefix(made, value, rowLength - offset, row);
        } else {
            nodes.addLonger(made, value, reference);
        }
    }

    /**
     * Takes the prefix away, which is here; in place of a node that would have one reference left comes what that leads
     * to. Returns whether there was memory for that.
     */
    boolean remove() {
        if (node == NONE) {
            PrefixNodes.set(at, NONE);
            return true;
        }
        long address = nodes.address(node);
        int index = PrefixNodes.indexOf(address, at);
        if (PrefixNodes.count(address) == 2) {
            int left = PrefixNodes.reference(PrefixNodes.referenceAt(address, 1 - index));
            PrefixNodes.set(nodeAt, 1 - index < PrefixNodes.longerCount(address) ? left : ~left);
        } else {
            int copy = nodes.copyWithout(node, index);
            if (copy == NONE) {
                return false;
            }
            PrefixNodes.set(nodeAt, copy);
        }
        nodes.retire(node);
        return true;
    }
}
