package dev.ring3.bpf.map;

import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.memory.BpfBytes;
import java.util.List;

/**
 * A hash table whose entries stay where they are: open addressing with linear probing, at most a quarter full, over
 * buckets that have the numbers of rows.
 *
 * <p><b>Reading</b> takes no lock and never waits. A row's key is written before the row appears in a bucket, and does
 * not change until the row is used again, which is after everyone has gone who could have found it; so a bucket that
 * leads to a row with the key leads to the entry. An entry stays in its bucket until it is deleted, and no bucket on the
 * way to it is empty meanwhile: a search that meets an empty bucket has passed a moment at which the key was not there.
 *
 * <p><b>Writing</b>: a value that a machine stores at once is replaced where it is, under the lock of its key. Any other
 * value is replaced by a row with the new one, so that readers see one or the other whole; only when every spare row
 * waits for the end of a run is it overwritten. Insertion, such replacement and deletion take the table's lock, then the
 * key's.
 *
 * <p>Who calls any of these methods is known to the {@link Reclamation}.
 */
public final class HashTable {
    /** {@code BPF_ANY}: insert or replace. */
    public static final long ANY = 0;

    /** {@code BPF_NOEXIST}: insert only. */
    public static final long NOEXIST = 1;

    /** {@code BPF_EXIST}: replace only. */
    public static final long EXIST = 2;

    /** {@code BPF_F_LOCK}: with the value's spin lock held. */
    public static final long LOCK = 4;

    /** In place of a slot: the new value has one for each slot, in a row. */
    public static final int ALL_SLOTS = -1;

    private static final int NONE = RowAllocator.NONE;
    private static final int EMPTY = Buckets.EMPTY;
    private static final int KEY_LOCKS = 64;

    private final int keyBytes;
    private final HashSearch search;
    private final Buckets buckets;
    private final long slotStride;
    private final boolean forgets;

    private final HashLayout layout;
    private final ValueFormat format;
    private final HashRows contents;
    private final ValueFate fate;
    private final boolean storedInPlace;
    private final MapLock keyLocks = new MapLock(KEY_LOCKS);
    private final MapLock tableLock = new MapLock(1);
    private final RowAllocator allocator; // guarded by the table's lock
    private final ClockHand clock; // likewise
    private int count; // likewise

    /**
     * An empty table.
     *
     * @param address of {@link HashLayout#bytes} zeros
     * @param seed what nobody knows who chooses keys
     */
    public HashTable(HashLayout layout, long address, long seed, Reclamation reclamation) {
        this(layout, address, seed, reclamation, ValueFate.NONE);
    }

    /** As the other, and says of each value when it ends. */
    public HashTable(HashLayout layout, long address, long seed, Reclamation reclamation, ValueFate fate) {
        this.layout = layout;
        this.fate = fate;
        this.contents = new HashRows(layout, address);
        this.keyBytes = layout.keyBytes();
        this.search = HashSearch.of(layout, address, seed);
        this.buckets = new Buckets(address, layout.buckets());
        this.slotStride = layout.slotStride();
        this.forgets = layout.forgets();
        this.format = layout.format();
        this.storedInPlace = layout.slots() != 0 || format.isStoredAtOnce();
        this.allocator = new RowAllocator(address + layout.linksAt(), layout.rows(), reclamation);
        this.clock = new ClockHand(address + layout.statesAt(), layout.rows());
    }

    /** Whether the table makes room when it is full, for which it has to know what is looked for. */
    public boolean forgets() {
        return forgets;
    }

    /** How rows are found, of a table that need not know what is looked for. */
    public HashSearch search() {
        return search;
    }

    /** The row of the key at an address, or 0; a table that forgets will remember it longer. */
    public int find(long key) {
        int row = peek(key);
        if (forgets && row != NONE) {
            clock.touch(row);
        }
        return row;
    }

    /** The row of the key at an address, or 0. */
    public int peek(long key) {
        return search.rowOf(key);
    }

    private int rowOf(long key, int hash) {
        return search.rowOf(key, hash);
    }

    private int hash(long key) {
        return search.hash(key);
    }

    /** Where the key of a row is. */
    public long key(int row) {
        return search.key(row);
    }

    /** Where the value of a row is. */
    public long value(int row) {
        return search.value(row);
    }

    /** Where the value of a row for a slot is. */
    public long value(int row, int slot) {
        return search.value(row) + slot * slotStride;
    }

    /**
     * Inserts or replaces.
     *
     * @param key the address of the key
     * @param value the address of the value, or of one for each slot
     * @param flags {@link #ANY} and so on
     * @param slot the slot whose value it is, or {@link #ALL_SLOTS}; 0 if an entry has one value
     * @return 0 or a negative errno
     */
    public int update(long key, long value, long flags, int slot) {
        long mode = flags & ~LOCK;
        if (mode < ANY || mode > EXIST || (flags != mode && !format.hasLock())) {
            return HelperErrors.EINVAL;
        }
        int hash = hash(key);
        if (storedInPlace || flags != mode) {
            keyLocks.lock(hash);
            int row = rowOf(key, hash);
            int result = row == NONE ? HelperErrors.ENOENT : replaceInPlace(row, value, flags, slot);
            keyLocks.unlock(hash);
            if (row != NONE || mode == EXIST) {
                return result;
            }
        }
        tableLock.lock(0);
        keyLocks.lock(hash);
        int result = updateLocked(key, hash, value, flags, slot);
        keyLocks.unlock(hash);
        tableLock.unlock(0);
        return result;
    }

    /**
     * The row of a key, which is inserted if it is not there.
     *
     * @param value the address of the value that it gets then; of a table that has one value in an entry
     * @return 0 if it is not there and there is no room or memory for it
     */
    public int findOrInsert(long key, long value) {
        int row = find(key);
        if (row != NONE) {
            return row;
        }
        int hash = hash(key);
        tableLock.lock(0);
        keyLocks.lock(hash);
        boolean isThere = bucketOf(key, hash) >= 0 || insertLocked(key, hash, value, 0) == 0;
        row = isThere ? buckets.get(bucketOf(key, hash)) : NONE;
        keyLocks.unlock(hash);
        tableLock.unlock(0);
        return row;
    }

    private int replaceInPlace(int row, long value, long flags, int slot) {
        if ((flags & NOEXIST) != 0) {
            return HelperErrors.EEXIST;
        }
        boolean underLock = (flags & LOCK) != 0;
        if (!underLock) {
            fate.ended(value(row));
        }
        return contents.store(row, value, underLock, slot);
    }

    private int updateLocked(long key, int hash, long value, long flags, int slot) {
        int at = bucketOf(key, hash);
        if (at < 0) {
            return (flags & EXIST) != 0 ? HelperErrors.ENOENT : insertLocked(key, hash, value, slot);
        }
        int row = buckets.get(at);
        int fresh = storedInPlace || (flags != ANY && flags != EXIST) ? NONE : allocator.takeIfEasy();
        if (fresh == NONE) {
            return replaceInPlace(row, value, flags, slot);
        }
        contents.fill(fresh, key, value, slot);
        begin(fresh);
        buckets.set(at, fresh);
        retire(row);
        return 0;
    }

    private int insertLocked(long key, int hash, long value, int slot) {
        if (count == layout.entriesMax()) {
            if (!forgets) {
                return HelperErrors.E2BIG;
            }
            forgetOneLocked(hash);
        }
        int at = buckets.forInsertion(hash);
        int row = at < 0 ? NONE : allocator.take();
        if (row == NONE) {
            return HelperErrors.ENOMEM;
        }
        contents.fill(row, key, value, slot);
        begin(row);
        buckets.insert(at, row);
        count++;
        return 0;
    }

    /** Deletes the entry that was not looked for for a long time. The caller holds the lock of the hash. */
    private void forgetOneLocked(int heldHash) {
        while (true) {
            int row = clock.next();
            long key = key(row);
            int hash = hash(key);
            boolean other = !keyLocks.isSame(hash, heldHash);
            if (other) {
                keyLocks.lock(hash);
            }
            int at = bucketOf(key, hash);
            boolean isEntry = at >= 0 && buckets.get(at) == row;
            if (isEntry) {
                removeLocked(at);
            }
            if (other) {
                keyLocks.unlock(hash);
            }
            if (isEntry) {
                return;
            }
        }
    }

    /**
     * Deletes.
     *
     * @param key the address of the key
     * @return 0 or a negative errno
     */
    public int delete(long key) {
        return take(key, 0) ? 0 : HelperErrors.ENOENT;
    }

    /**
     * Copies the value of a key out, all slots of it, and deletes it.
     *
     * @param into the address of the copy; 0 for none
     * @return whether it was there
     */
    public boolean take(long key, long into) {
        int hash = hash(key);
        tableLock.lock(0);
        keyLocks.lock(hash);
        int at = bucketOf(key, hash);
        if (at >= 0) {
            if (into != 0) {
                contents.load(buckets.get(at), into);
            }
            removeLocked(at);
        }
        keyLocks.unlock(hash);
        tableLock.unlock(0);
        return at >= 0;
    }

    /** Copies the value of a row out, one for each slot. */
    public void load(int row, long into) {
        contents.load(row, into);
    }

    /** Copies the value of a row out while its spin lock is held; returns whether that could be had. */
    public boolean loadLocked(int row, long into) {
        return contents.loadLocked(row, into);
    }

    /** Where the key is whose value is at an address, or 0. */
    public long keyOfValue(long value) {
        int row = contents.rowOfValue(value);
        return row == NONE ? 0 : key(row);
    }

    private void removeLocked(int at) {
        int row = buckets.get(at);
        buckets.delete(at, other -> hash(key(other)));
        count--;
        retire(row);
    }

    private void begin(int row) {
        fate.ended(value(row)); // a run that kept the address may have begun something there again
        if (forgets) {
            clock.add(row);
        }
    }

    private void retire(int row) {
        fate.ended(value(row));
        if (forgets) {
            clock.remove(row);
        }
        allocator.retire(row);
    }

    /** The bucket of the key at an address, or -1. */
    public int bucketOf(long key) {
        return bucketOf(key, hash(key));
    }

    private int bucketOf(long key, int hash) {
        int mask = buckets.mask();
        for (int at = hash & mask; ; at = (at + 1) & mask) {
            int row = buckets.get(at);
            if (row == EMPTY) {
                return -1;
            }
            if (row > 0 && BpfBytes.equal(key, key(row), keyBytes)) {
                return at;
            }
        }
    }

    /**
     * The first bucket with an entry, from a bucket on; -1 if there is none. Who goes through all of them meets every
     * entry that was there all the time exactly once.
     */
    public int nextBucket(int from) {
        return buckets.next(from);
    }

    /** The row in a bucket, or 0 if there is none any more. */
    public int rowAt(int bucket) {
        return Math.max(NONE, buckets.get(bucket));
    }

    /** The number of entries. */
    public int count() {
        tableLock.lock(0);
        int entries = count;
        tableLock.unlock(0);
        return entries;
    }

    /** The memory that programs may touch: keys, and values. */
    public List<MemoryRegion> regions(boolean valuesWritable) {
        return contents.regions(valuesWritable);
    }

    /** The buckets that are not empty, of which at least {@link #count} have entries. */
    int occupied() {
        tableLock.lock(0);
        int inUse = buckets.occupied();
        tableLock.unlock(0);
        return inUse;
    }
}
