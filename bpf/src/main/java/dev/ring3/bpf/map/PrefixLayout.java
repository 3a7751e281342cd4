package dev.ring3.bpf.map;

/**
 * Where the parts of a trie of prefixes are, as offsets from its start:
 *
 * <pre>
 * head      64 bytes: the reference to the first node (an int), the row of the prefix of no bits (an int)
 * links     an int for each row, see RowAllocator
 * rows      the key, filled up to 8 bytes, and the value, filled up likewise
 * nodes     blocks of 64 bytes and multiples of it, see PrefixNodes
 * </pre>
 *
 * A node has at least two references, so there are fewer nodes than prefixes. Each takes a block of 64 bytes at least
 * and less than 8 bytes for each further reference; what is there beyond is for those that wait for the end of a run, and
 * for blocks of a size that nobody asks for at the moment.
 *
 * @param keyBytes of a {@code struct bpf_lpm_trie_key}: 4 for the length of the prefix, and its bits
 */
public record PrefixLayout(int keyBytes, ValueFormat format, int entriesMax) {
    /** In front of the bits of a key: the length of the prefix, an int in the host's order. */
    public static final int LENGTH_BYTES = 4;

    /** The longest prefix has 2,048 bits. */
    public static final int DATA_BYTES_MAX = 256;

    /** The most entries that a trie can have. */
    public static final int ENTRIES_MAX = 1 << 26;

    private static final int NODE_BYTES_PER_ENTRY = 160;

    /** Blocks of each size that may wait or be free at a time, when another size is asked for. */
    private static final int SPARE_BLOCKS = 64;

    private static final int SPARE_ROWS_MIN = 64;
    private static final int SPARE_ROWS_OF_SMALL = 1024;

    public PrefixLayout {
        require(keyBytes, LENGTH_BYTES + 1, LENGTH_BYTES + DATA_BYTES_MAX, "bytes of a key");
        require(format.bytes(), 1, Integer.MAX_VALUE, "bytes of a value");
        require(entriesMax, 1, ENTRIES_MAX, "entries");
    }

    private static void require(int number, int min, int max, String what) {
        if (number < min || number > max) {
            throw new IllegalArgumentException(
                    "%d %s of an LPM trie, from %d to %d are possible".formatted(number, what, min, max));
        }
    }

    int dataBytes() {
        return keyBytes - LENGTH_BYTES;
    }

    int rows() {
        int spare = Math.max(SPARE_ROWS_MIN, Math.max(Math.min(entriesMax, SPARE_ROWS_OF_SMALL), entriesMax >> 3));
        return entriesMax + spare;
    }

    long linksAt() {
        return BlockAllocator.UNIT_BYTES;
    }

    long rowsAt() {
        return linksAt() + RowAllocator.linkBytes(rows());
    }

    long keyStride() {
        return ValueFormat.aligned(keyBytes);
    }

    long rowStride() {
        return keyStride() + format.strideBytes();
    }

    long nodesAt() {
        long end = rowsAt() + rows() * rowStride();
        return (end + BlockAllocator.UNIT_BYTES - 1) & -BlockAllocator.UNIT_BYTES;
    }

    int nodeUnits() {
        int largest = PrefixNodes.size(Math.min(entriesMax, PrefixNodes.REFERENCES_MAX));
        long spare = (long) SPARE_BLOCKS * (largest * (largest + 1) / 2);
        return (int) (spare + (long) entriesMax * NODE_BYTES_PER_ENTRY / BlockAllocator.UNIT_BYTES);
    }

    /** The size of everything. */
    public long bytes() {
        return nodesAt() + (long) nodeUnits() * BlockAllocator.UNIT_BYTES;
    }
}
