package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The nodes of a trie of prefixes. A node stands for six bits of the keys below it, those from its offset on; it has a
 * reference for each prefix that ends within them, and for each value of them that longer prefixes have:
 *
 * <pre>
 * offset  bytes
 * 0       8      which of the 64 values of the six bits have something longer below
 * 8       8      which of the 64 values are prefixes that end after the six bits
 * 16      8      which prefixes end after one to five of them: of n bits with value v, bit 2^n - 2 + v
 * 24      4      the offset of the six bits in a key, a multiple of six
 * 28      4      unused
 * 32      4 each the references, in the order of the bits above
 * </pre>
 *
 * A reference to something longer is the number of a node, or the complement of the row of the only prefix below; one
 * to a prefix is its row. Nodes never change but for their references, each of which is replaced in one step; to add or
 * remove one, the node is copied and its copy put into its place.
 */
final class PrefixNodes {
    /** The bits that a node stands for. */
    static final int STRIDE = 6;

    /** Nothing: no node, no row. */
    static final int NONE = 0;

    private static final MemorySegment MEMORY = BpfMemory.SEGMENT;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final int LONGER_AT = 0;
    private static final int FULL_AT = 8;
    private static final int PARTS_AT = 16;
    private static final int OFFSET_AT = 24;
    private static final int REFERENCES_AT = 32;

    private static final int VALUES = 1 << STRIDE;

    /** How many references a node can have. */
    static final int REFERENCES_MAX = 3 * VALUES - 2;

    /** For each value, which prefixes of one to five bits it begins with. */
    private static final long[] PARTS_OF = new long[VALUES];

    /** For each number of bits, all prefixes of at most so many, and at most five. */
    private static final long[] PARTS_UP_TO = new long[STRIDE + 1];

    static {
        for (int value = 0; value < VALUES; value++) {
            for (int bits = 1; bits < STRIDE; bits++) {
                PARTS_OF[value] |= 1L << part(bits, value >>> (STRIDE - bits));
            }
        }
        for (int bits = 0; bits <= STRIDE; bits++) {
            PARTS_UP_TO[bits] = (1L << part(Math.min(bits, STRIDE - 1) + 1, 0)) - 1;
        }
    }

    private final BlockAllocator blocks;

    PrefixNodes(long address, int units, Reclamation reclamation) {
        this.blocks = new BlockAllocator(address, units, size(REFERENCES_MAX), reclamation);
    }

    /** The units of a node with so many references. */
    static int size(int references) {
        return (REFERENCES_AT + references * Integer.BYTES + BlockAllocator.UNIT_BYTES - 1) / BlockAllocator.UNIT_BYTES;
    }

    /** The bit of a prefix of one to five bits. */
    private static int part(int bits, int value) {
        return (1 << bits) - 2 + value;
    }

    long address(int node) {
        return blocks.address(node);
    }

    static int offset(long node) {
        return MEMORY.get(INT, node + OFFSET_AT);
    }

    static int reference(long at) {
        return BpfBytes.intAcquire(at);
    }

    static void set(long at, int reference) {
        BpfBytes.setIntRelease(at, reference);
    }

    /** Where the reference to what is longer and has a value is, or 0. */
    static long longerAt(long node, int value) {
        long longer = MEMORY.get(LONG, node + LONGER_AT);
        return (longer >>> value & 1) == 0 ? 0 : referenceAt(node, Long.bitCount(longer & (1L << value) - 1));
    }

    /**
     * Where the reference to the longest prefix is that a value of the six bits begins with, or 0.
     *
     * @param bitsMax how many of its bits count, 1 or more
     */
    static long longestAt(long node, int value, int bitsMax) {
        long full = MEMORY.get(LONG, node + FULL_AT);
        if (bitsMax >= STRIDE && (full >>> value & 1) != 0) {
            return fullAt(node, full, value);
        }
        long parts = MEMORY.get(LONG, node + PARTS_AT);
        long found = parts & PARTS_OF[value] & PARTS_UP_TO[Math.min(bitsMax, STRIDE)];
        return found == 0 ? 0 : partAt(node, full, parts, Long.SIZE - 1 - Long.numberOfLeadingZeros(found));
    }

    /** Where the reference to the prefix of so many bits is that a value begins with, or 0. */
    static long exactAt(long node, int value, int bits) {
        long full = MEMORY.get(LONG, node + FULL_AT);
        if (bits == STRIDE) {
            return (full >>> value & 1) == 0 ? 0 : fullAt(node, full, value);
        }
        long parts = MEMORY.get(LONG, node + PARTS_AT);
        int part = part(bits, value >>> (STRIDE - bits));
        return (parts >>> part & 1) == 0 ? 0 : partAt(node, full, parts, part);
    }

    private static long fullAt(long node, long full, int value) {
        return referenceAt(node, longerCount(node) + Long.bitCount(full & (1L << value) - 1));
    }

    private static long partAt(long node, long full, long parts, int part) {
        return referenceAt(node, longerCount(node) + Long.bitCount(full) + Long.bitCount(parts & (1L << part) - 1));
    }

    static int longerCount(long node) {
        return Long.bitCount(MEMORY.get(LONG, node + LONGER_AT));
    }

    static int count(long node) {
        return longerCount(node)
                + Long.bitCount(MEMORY.get(LONG, node + FULL_AT))
                + Long.bitCount(MEMORY.get(LONG, node + PARTS_AT));
    }

    /** The complement of a row below a node, or a node below it. */
    static int anyBelow(long node) {
        int last = count(node) - 1;
        int reference = reference(referenceAt(node, last));
        return last < longerCount(node) ? reference : ~reference;
    }

    static long referenceAt(long node, int index) {
        return node + REFERENCES_AT + (long) index * Integer.BYTES;
    }

    static int indexOf(long node, long at) {
        return (int) ((at - node - REFERENCES_AT) / Integer.BYTES);
    }

    /** A node without references, which nobody finds yet, with room for some; {@link #NONE} if there is no memory. */
    int create(int offset, int references) {
        int node = blocks.take(size(references));
        if (node != NONE) {
            long address = address(node);
            MEMORY.set(LONG, address + LONGER_AT, 0);
            MEMORY.set(LONG, address + FULL_AT, 0);
            MEMORY.set(LONG, address + PARTS_AT, 0);
            MEMORY.set(INT, address + OFFSET_AT, offset);
        }
        return node;
    }

    /** A copy with room for one more reference, which nobody finds yet; {@link #NONE} if there is no memory. */
    int copyForMore(int node) {
        long from = address(node);
        int references = count(from);
        int copy = blocks.take(size(references + 1));
        if (copy != NONE) {
            BpfBytes.copy(from, address(copy), REFERENCES_AT + (long) references * Integer.BYTES);
        }
        return copy;
    }

    /** A copy without a reference; {@link #NONE} if there is no memory. */
    int copyWithout(int node, int index) {
        long from = address(node);
        int references = count(from);
        int copy = blocks.take(size(references - 1));
        if (copy == NONE) {
            return NONE;
        }
        long to = address(copy);
        BpfBytes.copy(from, to, REFERENCES_AT + (long) index * Integer.BYTES);
        BpfBytes.copy(
                referenceAt(from, index + 1), referenceAt(to, index), (long) (references - index - 1) * Integer.BYTES);
        clearBit(to, index);
        return copy;
    }

    private static void clearBit(long node, int index) {
        int left = index;
        for (int at = LONGER_AT; at <= PARTS_AT; at += Long.BYTES) {
            long bits = MEMORY.get(LONG, node + at);
            int count = Long.bitCount(bits);
            if (left < count) {
                MEMORY.set(LONG, node + at, bits & ~nthBit(bits, left));
                return;
            }
            left -= count;
        }
    }

    private static long nthBit(long bits, int n) {
        long rest = bits;
        for (int i = 0; i < n; i++) {
            rest &= rest - 1;
        }
        return Long.lowestOneBit(rest);
    }

    /** Adds a reference to what is longer to a node with room for it that nobody finds yet. */
    void addLonger(int node, int value, int reference) {
        long address = address(node);
        long longer = MEMORY.get(LONG, address + LONGER_AT);
        insert(address, Long.bitCount(longer & (1L << value) - 1), reference);
        MEMORY.set(LONG, address + LONGER_AT, longer | 1L << value);
    }

    /** Adds a prefix of so many bits, with which a value begins, to a node with room for it that nobody finds yet. */
    void addPrefix(int node, int value, int bits, int row) {
        long address = address(node);
        long full = MEMORY.get(LONG, address + FULL_AT);
        long parts = MEMORY.get(LONG, address + PARTS_AT);
        if (bits == STRIDE) {
            insert(address, indexOf(address, fullAt(address, full, value)), row);
            MEMORY.set(LONG, address + FULL_AT, full | 1L << value);
        } else {
            int part = part(bits, value >>> (STRIDE - bits));
            insert(address, indexOf(address, partAt(address, full, parts, part)), row);
            MEMORY.set(LONG, address + PARTS_AT, parts | 1L << part);
        }
    }

    private static void insert(long node, int index, int reference) {
        for (int i = count(node); i > index; i--) {
            MEMORY.set(INT, referenceAt(node, i), MEMORY.get(INT, referenceAt(node, i - 1)));
        }
        MEMORY.set(INT, referenceAt(node, index), reference);
    }

    /** Takes a node back that nobody finds any more. */
    void retire(int node) {
        blocks.retire(node, size(count(address(node))));
    }
}
