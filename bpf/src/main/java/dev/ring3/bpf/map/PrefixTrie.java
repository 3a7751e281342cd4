package dev.ring3.bpf.map;

import dev.ring3.bpf.engine.MemoryRegion;

/**
 * Prefixes of keys, and the longest one that a key begins with: a trie of {@link PrefixNodes} of six bits each, in which
 * a node below which all keys have the same bits is left out. So a way down has no more nodes than prefixes that differ,
 * and a node of few references lies in one line of the cache.
 *
 * <p><b>Reading</b> takes no lock and never waits. It goes down by the bits of the key alone, without a look at those
 * that were left out, and compares the longest prefix on its way with the key at the end. If they differ, no longer
 * prefix than what they have in common can be right, and the second way down, which is no longer than that, finds it:
 * all prefixes on a way up to a length are prefixes of the one that was compared. A reader beside a change finds a prefix
 * that was there meanwhile, the longest of those it came by.
 *
 * <p><b>Writing</b> takes the lock. A change makes a new node or row and replaces one reference by it; what was there
 * before stays as it is until everyone has gone who could have found it. Only when every spare row waits for the end of
 * a run is a value overwritten.
 *
 * <p>Who calls any of these methods is known to the {@link Reclamation}.
 */
public final class PrefixTrie {
    private static final int NONE = PrefixNodes.NONE;
    private static final int ROOT_AT = 0;
    private static final int SHORTEST_AT = 4;

    private final PrefixLayout layout;
    private final int dataBytes;
    private final int bitsMax;
    private final boolean isInLong;
    private final long root; // where the reference to the first node is
    private final long shortest; // where the row of the prefix of no bits is
    private final PrefixRows rows;
    private final PrefixNodes nodes;
    private final PrefixOrder order;

    private final MapLock lock = new MapLock(1);
    private final RowAllocator allocator; // guarded by the lock
    private final PrefixPlace place; // likewise
    private int count; // likewise

    /**
     * An empty trie.
     *
     * @param address of {@link PrefixLayout#bytes} zeros, a multiple of 64
     */
    public PrefixTrie(PrefixLayout layout, long address, Reclamation reclamation) {
        this.layout = layout;
        this.dataBytes = layout.dataBytes();
        this.bitsMax = dataBytes * Byte.SIZE;
        this.isInLong = dataBytes <= Long.BYTES;
        this.root = address + ROOT_AT;
        this.shortest = address + SHORTEST_AT;
        this.rows = new PrefixRows(layout, address);
        this.nodes = new PrefixNodes(address + layout.nodesAt(), layout.nodeUnits(), reclamation);
        this.order = new PrefixOrder(dataBytes, nodes, rows, root, shortest);
        this.allocator = new RowAllocator(address + layout.linksAt(), layout.rows(), reclamation);
        this.place = new PrefixPlace(layout, nodes, rows, root, shortest);
    }

    /** Where the key of a row is. */
    public long key(int row) {
        return rows.key(row);
    }

    /** Where the value of a row is. */
    public long value(int row) {
        return rows.value(row);
    }

    private boolean isLength(int length) {
        return length >= 0 && length <= bitsMax;
    }

    /** The row of the longest prefix that a key begins with and that is not longer than it, or 0. */
    public int find(long key) {
        int length = PrefixKeys.length(key);
        if (!isLength(length)) {
            return NONE;
        }
        return isInLong ? findLong(PrefixKeys.bits(key, dataBytes), length) : findBytes(key, length);
    }

    private int findLong(long bits, int length) {
        int limit = length;
        while (true) {
            long longestAt = shortest;
            int reference = PrefixNodes.reference(root);
            while (reference > 0) {
                long node = nodes.address(reference);
                int offset = PrefixNodes.offset(node);
                if (offset >= limit) {
                    break;
                }
                int stride = PrefixKeys.stride(bits, offset);
                long found = PrefixNodes.longestAt(node, stride, limit - offset);
                longestAt = found == 0 ? longestAt : found;
                long longer = PrefixNodes.longerAt(node, stride);
                reference = longer == 0 ? NONE : PrefixNodes.reference(longer);
            }
            int row = rowAtEnd(reference, longestAt, limit);
            if (row == NONE) {
                return NONE;
            }
            int same = Long.numberOfLeadingZeros(bits ^ PrefixKeys.bits(rows.key(row), dataBytes));
            if (same >= rows.length(row)) {
                return row;
            }
            limit = same;
        }
    }

    private int findBytes(long key, int length) {
        int limit = length;
        while (true) {
            long longestAt = shortest;
            int reference = PrefixNodes.reference(root);
            while (reference > 0) {
                long node = nodes.address(reference);
                int offset = PrefixNodes.offset(node);
                if (offset >= limit) {
                    break;
                }
                int stride = PrefixKeys.stride(key, dataBytes, offset);
                long found = PrefixNodes.longestAt(node, stride, limit - offset);
                longestAt = found == 0 ? longestAt : found;
                long longer = PrefixNodes.longerAt(node, stride);
                reference = longer == 0 ? NONE : PrefixNodes.reference(longer);
            }
            int row = rowAtEnd(reference, longestAt, limit);
            if (row == NONE) {
                return NONE;
            }
            int rowLength = rows.length(row);
            int same = PrefixKeys.common(key, rows.key(row), rowLength);
            if (same >= rowLength) {
                return row;
            }
            limit = same;
        }
    }

    /** The row at the end of a way: that of the only prefix below, unless it is too long, or the longest on the way. */
    private int rowAtEnd(int reference, long longestAt, int limit) {
        return reference < 0 && rows.length(~reference) <= limit ? ~reference : PrefixNodes.reference(longestAt);
    }

    /** The row of exactly this prefix, or 0. */
    public int findExact(long key) {
        int row = find(key);
        return row != NONE && rows.length(row) == PrefixKeys.length(key) ? row : NONE;
    }

    /** The row of the first prefix, more special ones before more general ones, or 0; see {@link PrefixOrder}. */
    public int first() {
        return order.first();
    }

    /** The row of the prefix that follows one which need not be there, or 0. */
    public int after(long key) {
        return isLength(PrefixKeys.length(key)) ? order.after(key) : order.first();
    }

    /**
     * Inserts or replaces.
     *
     * @param key the address of the key
     * @param value the address of the value
     * @param flags {@link HashTable#ANY} and so on
     * @return 0 or a negative errno
     */
    public int update(long key, long value, long flags) {
        if (flags < HashTable.ANY || flags > HashTable.EXIST || !isLength(PrefixKeys.length(key))) {
            return HelperErrors.EINVAL;
        }
        lock.lock(0);
        int result = updateLocked(key, value, flags);
        lock.unlock(0);
        return result;
    }

    private int updateLocked(long key, long value, long flags) {
        place.find(key);
        int row = place.row();
        if (row == NONE) {
            return flags == HashTable.EXIST ? HelperErrors.ENOENT : insertLocked(key, value);
        }
        if (flags == HashTable.NOEXIST) {
            return HelperErrors.EEXIST;
        }
        int fresh = allocator.takeIfEasy();
        if (fresh == NONE) {
            rows.overwrite(row, key, value);
        } else {
            rows.fill(fresh, key, value);
            place.replace(fresh);
            allocator.retire(row);
        }
        return 0;
    }

    private int insertLocked(long key, long value) {
        if (count == layout.entriesMax()) {
            return HelperErrors.ENOSPC;
        }
        int row = allocator.take();
        if (row == NONE) {
            return HelperErrors.ENOMEM;
        }
        rows.fill(row, key, value);
        if (!place.insert(row)) {
            allocator.retire(row);
            return HelperErrors.ENOMEM;
        }
        count++;
        return 0;
    }

    /**
     * Deletes.
     *
     * @param key the address of the key
     * @return 0 or a negative errno
     */
    public int delete(long key) {
        if (!isLength(PrefixKeys.length(key))) {
            return HelperErrors.EINVAL;
        }
        lock.lock(0);
        int result = deleteLocked(key);
        lock.unlock(0);
        return result;
    }

    private int deleteLocked(long key) {
        place.find(key);
        int row = place.row();
        if (row == NONE) {
            return HelperErrors.ENOENT;
        }
        if (!place.remove()) {
            return HelperErrors.ENOMEM;
        }
        count--;
        allocator.retire(row);
        return 0;
    }

    /** The number of entries. */
    public int count() {
        lock.lock(0);
        int entries = count;
        lock.unlock(0);
        return entries;
    }

    /** The memory that programs may touch: values. */
    public MemoryRegion values(boolean writable) {
        return rows.values(writable);
    }
}
