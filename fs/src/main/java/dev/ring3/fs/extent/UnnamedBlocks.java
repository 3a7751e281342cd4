package dev.ring3.fs.extent;

import dev.ring3.fs.order.FsLocks;
import dev.ring3.mm.lock.LockClass;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Who has blocks that no record names: what is being written, waits to be named, or is in a transaction on its way. With
 * it every busy block has an owner at any moment, and a check can hold free space to that on a volume in use.
 *
 * <p><b>Protocol.</b> Who takes a block, hands it over, names it or gives it back holds {@link #moving} shared from before
 * the first of these steps until after the last: a writer over each single take, a transaction from its record of
 * references to the counts in memory. Whoever looks ({@link #still}) holds it exclusively, and meets no block on its way.
 *
 * <p><b>Locks.</b> {@code moving} comes after the locks of inodes and accounting, and before all others of this package;
 * over the I/O of a store's write and of a new segment.
 */
final class UnnamedBlocks {
    private static final LockClass MOVING = LockClass.named("blocks on their way");

    private final ReentrantReadWriteLock moving = FsLocks.readWriteLock(MOVING);
    private final Set<Holder> holders = ConcurrentHashMap.newKeySet(); // changed under moving, shared

    /** Somebody with such blocks. */
    interface Holder {
        /** All of them, each once; asked while nothing moves. */
        void forEachRun(Consumer<BlockRun> action);
    }

    /** Held by who moves a block from one owner to another; it may be taken again. */
    Lock moving() {
        return moving.readLock();
    }

    /** Moves blocks. */
    void move(Runnable action) {
        moving().lock();
        try {
            action.run();
        } finally {
            moving().unlock();
        }
    }

    /** Does something while no block changes its owner. */
    <T> T still(Supplier<T> action) {
        moving.writeLock().lock();
        try {
            return action.get();
        } finally {
            moving.writeLock().unlock();
        }
    }

    /** From now on this one has blocks, or may have. */
    void add(Holder holder) {
        holders.add(holder);
    }

    /** This one has none any more. */
    void remove(Holder holder) {
        holders.remove(holder);
    }

    /** All such blocks; inside {@link #still}. */
    void forEachRun(Consumer<BlockRun> action) {
        holders.forEach(holder -> holder.forEachRun(action));
    }
}
