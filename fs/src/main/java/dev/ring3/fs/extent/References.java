package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The references to blocks: in memory as counts, in the store as counts plus the changes of each transaction since they
 * were last folded in.
 *
 * <p><b>Protocol.</b> A transaction's batch carries one record of its changes ({@link #log}); when the batch is written,
 * {@link #apply} brings the counts in memory up to it. After some hundred of these, {@link #fold} writes the counts of
 * the pieces they touched and deletes the records, in a batch of its own: atomic, so a crash finds either. Because
 * changes are sums, a record that is written but not yet applied can simply stay for the next fold.
 *
 * <p><b>Freed blocks</b> may be used again only when no crash can bring back a record that names them: when the
 * transaction that freed them is durable. Until then they wait here, with its number. The store needs no list of them:
 * whatever state a crash leaves, its counts say which blocks that state does not name.
 *
 * <p><b>Locks.</b> {@link UnnamedBlocks#moving}, then {@code folding}, then {@code lock}; the extent store's come after.
 */
final class References {
    private static final LockClass FOLDING = LockClass.named("folding of references");
    private static final LockClass REFERENCES = LockClass.named("references");
    private static final int FOLD_RECORDS = 512;

    /** How many transactions' freed blocks are let wait, in memory, before they are looked at. */
    private static final int FREED_MAX = 256;

    private record Freed(TransactionId transaction, List<BlockRun> runs, long blocks) {}

    private final OrderedStore store;
    private final ExtentStore extents;
    private final UnnamedBlocks unnamed;
    private final ReentrantLock folding = FsLocks.lock(FOLDING);
    private final ReentrantLock lock = FsLocks.lock(REFERENCES);
    private final BlockCounts counts; // its content under lock
    private final TreeSet<Long> applied = new TreeSet<>(); // under lock: records to fold
    private final TreeSet<Long> touched = new TreeSet<>(); // under lock: pieces that these changed
    private final Deque<Freed> freed = new ArrayDeque<>(); // under lock
    private long freedBlocks; // under lock
    private long nextSequence; // under lock
    private long promised; // under lock

    /** Reads what the store has, and tells the extent store which blocks are in use. */
    References(OrderedStore store, ExtentStore extents, UnnamedBlocks unnamed) {
        this.store = store;
        this.extents = extents;
        this.unnamed = unnamed;
        ReferenceTable table = ReferenceTable.read(store::scan);
        counts = table.counts();
        promised = table.promisedNow();
        table.changes().forEach((sequence, changes) -> {
            applied.add(sequence);
            changes.forEachPiece(touched::add);
            nextSequence = sequence + 1;
        });
        extents.adopt(counts.usedRuns());
    }

    /** Adds the record of a transaction's changes to its batch; null if there are none. */
    @Nullable
    Long log(ReferenceChanges changes, Batch batch) {
        if (changes.isEmpty()) {
            return null;
        }
        lock.lock();
        try {
            long wrong = changes.firstWithoutReference(counts);
            if (wrong >= 0) {
                throw new FsException(
                        Errno.EUCLEAN,
                        "free",
                        "block " + wrong + " has no reference to take; the volume needs a check");
            }
            long sequence = nextSequence++;
            batch.put(DataKeys.references(sequence), changes.encode());
            return sequence;
        } finally {
            lock.unlock();
        }
    }

    /** The batch that carries these changes has been written. */
    void apply(@Nullable Long sequence, ReferenceChanges changes, TransactionId transaction) {
        if (sequence == null) {
            return;
        }
        boolean full;
        boolean manyFreed;
        lock.lock();
        try {
            changes.added().forEach(counts::add); // first, or a block that loses and gains one would count as freed
            List<BlockRun> runs = new ArrayList<>();
            changes.removed().forEach(run -> counts.remove(run, runs::add));
            if (!runs.isEmpty()) {
                long blocks = runs.stream().mapToLong(BlockRun::blocks).sum();
                freed.add(new Freed(transaction, runs, blocks));
                freedBlocks += blocks;
            }
            promised += changes.promised() - changes.unpromised();
            applied.add(sequence);
            changes.forEachPiece(touched::add);
            full = applied.size() >= FOLD_RECORDS;
            manyFreed = freed.size() >= FREED_MAX;
        } finally {
            lock.unlock();
        }
        if (manyFreed) {
            reclaim(); // what is durable by now; the volume syncs every second or so
        }
        if (full && folding.tryLock()) {
            try {
                foldLocked();
            } catch (FsException _) {
                // The transaction is done, and its record stays. A store that is broken says so to the next batch.
            } finally {
                folding.unlock();
            }
        }
    }

    /** Lets blocks be used again whose freeing is durable. */
    void reclaim() {
        TransactionId durable = store.lastDurable();
        unnamed.move(() -> takeFreed(durable).forEach(extents::release));
    }

    private List<BlockRun> takeFreed(TransactionId durable) {
        List<BlockRun> runs = new ArrayList<>();
        lock.lock();
        try {
            // In the order of apply, which may differ from that of transactions by a little; the rest waits for its
            // turn.
            while (!freed.isEmpty() && freed.peek().transaction.compareTo(durable) <= 0) {
                Freed next = freed.remove();
                freedBlocks -= next.blocks;
                runs.addAll(next.runs);
            }
            return runs;
        } finally {
            lock.unlock();
        }
    }

    /** Makes all freeing so far durable, and lets its blocks be used again. */
    void reclaimAll() {
        store.durable(store.lastWritten());
        reclaim();
    }

    /** Blocks that were freed and cannot be used yet. */
    long freedBlocks() {
        lock.lock();
        try {
            return freedBlocks;
        } finally {
            lock.unlock();
        }
    }

    long promised() {
        lock.lock();
        try {
            return promised;
        } finally {
            lock.unlock();
        }
    }

    long usedBlocks() {
        lock.lock();
        try {
            return counts.used();
        } finally {
            lock.unlock();
        }
    }

    /** How many references a block has. */
    int count(long block) {
        lock.lock();
        try {
            return counts.count(block);
        } finally {
            lock.unlock();
        }
    }

    /** Whether any block from one on and before another has more than one reference. */
    boolean isShared(long from, long to) {
        lock.lock();
        try {
            for (long block = from; block < to; block++) {
                if (counts.count(block) > 1) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What is in memory at some moment.
     *
     * @param waiting blocks that were freed, by transactions that may not be durable
     */
    record Image(BlockCounts counts, BlockCounts waiting, long promised) {}

    /** For checks: what is here now. */
    Image image() {
        lock.lock();
        try {
            BlockCounts waiting = new BlockCounts();
            freed.forEach(each -> each.runs.forEach(waiting::add));
            return new Image(counts.copy(), waiting, promised);
        } finally {
            lock.unlock();
        }
    }

    /** Writes the counts and deletes the records of changes that are in them. */
    void fold() {
        folding.lock();
        try {
            foldLocked();
        } finally {
            folding.unlock();
        }
    }

    private void foldLocked() {
        Batch batch = new Batch();
        List<Long> records;
        List<Long> pieces;
        lock.lock();
        try {
            records = List.copyOf(applied);
            pieces = List.copyOf(touched);
            ReferenceTable.writeFold(batch, counts, pieces, records, promised);
            applied.clear();
            touched.clear();
        } finally {
            lock.unlock();
        }
        if (records.isEmpty()) {
            return;
        }
        boolean done = false;
        try {
            store.write(batch);
            done = true;
        } finally {
            if (!done) {
                lock.lock();
                try {
                    applied.addAll(records);
                    touched.addAll(pieces);
                } finally {
                    lock.unlock();
                }
            }
        }
    }
}
