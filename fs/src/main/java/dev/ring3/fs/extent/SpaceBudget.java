package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who may still count on space. A block is claimed before data is accepted (a dirty page, a promise of fallocate), so
 * that ENOSPC is said to the writer and never met by writeback. The sum of claims is never more than the free blocks of
 * segments whose space the host has set aside.
 *
 * <p>{@code lock} guards the claims. Growing and syncing happen outside of it; the store's and references' locks are
 * taken under it, briefly.
 */
final class SpaceBudget implements ExtentStore.Spare {
    private static final LockClass CLASS = LockClass.named("space budget");
    private static final int ATTEMPTS_MAX = 8;

    private final ExtentStore extents;
    private final References references;
    private final long limitBlocks;
    private final ReentrantLock lock = FsLocks.lock(CLASS);
    private long reserved; // under lock: claims of data that is not written yet
    private long drawn; // under lock: the part of these that uses up promises
    private boolean closed; // under lock: only what frees space goes on

    /** @param limitBlocks the most blocks that may be in use, promised or claimed; Long.MAX_VALUE for no limit */
    SpaceBudget(ExtentStore extents, References references, long limitBlocks) {
        this.extents = extents;
        this.references = references;
        this.limitBlocks = limitBlocks;
    }

    /**
     * Claims blocks.
     *
     * @throws FsException ENOSPC if they cannot be had, also after all freed blocks are made usable
     */
    void claim(long blocks) {
        if (blocks == 0 || tryClaim(blocks)) {
            return;
        }
        references.reclaim();
        if (growAndClaim(blocks)) {
            return;
        }
        if (references.freedBlocks() > 0) {
            references.reclaimAll(); // costs a sync: only when nothing else helps
            if (growAndClaim(blocks)) {
                return;
            }
        }
        throw new FsException(Errno.ENOSPC, "reserve", blocks + " blocks of 4 KiB in the volume's segments");
    }

    /** What has grown may be taken by others, or given back to the host by a trim, before it is claimed. */
    private boolean growAndClaim(long blocks) {
        for (int attempt = 0; attempt < ATTEMPTS_MAX && tryGrow(blocks); attempt++) {
            if (tryClaim(blocks)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public <T extends @Nullable Object> T use(LongFunction<T> action) {
        lock.lock();
        try {
            return action.apply(extents.freeBlocks() - (reserved + references.promised() - drawn));
        } finally {
            lock.unlock();
        }
    }

    /** Claims blocks of which {@code promised} were promised to the same range before. */
    void claimPromised(long blocks, long promised) {
        lock.lock();
        try {
            long draw = Math.min(Math.min(blocks, promised), references.promised() - drawn);
            if (!closed && draw > 0 && fitsLocked(blocks - draw)) {
                reserved += blocks;
                drawn += draw;
                return;
            }
        } finally {
            lock.unlock();
        }
        throw new FsException(Errno.ENOSPC, "reserve", blocks + " blocks of 4 KiB in the volume's segments");
    }

    /** Gives claims back, because the data is written now, or never will be. */
    void release(long blocks, long drawnBlocks) {
        lock.lock();
        try {
            reserved -= blocks;
            drawn -= drawnBlocks;
            if (reserved < 0 || drawn < 0) {
                throw new IllegalStateException("claims released twice: %d, %d".formatted(reserved, drawn));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Claims blocks that are allocated to the claimant, who is about to free them. */
    void restore(long blocks, long drawnBlocks) {
        lock.lock();
        try {
            reserved += blocks;
            drawn += drawnBlocks;
        } finally {
            lock.unlock();
        }
    }

    /** While closed, every claim fails with ENOSPC. */
    void setClosed(boolean closed) {
        lock.lock();
        try {
            this.closed = closed;
        } finally {
            lock.unlock();
        }
    }

    /** Blocks claimed by data that is not written yet. */
    long reserved() {
        lock.lock();
        try {
            return reserved;
        } finally {
            lock.unlock();
        }
    }

    /** How many blocks could still be claimed if the host gave {@code hostBlocks} more. */
    long available(long hostBlocks) {
        lock.lock();
        try {
            long claims = reserved + references.promised() - drawn;
            long physical = extents.freeBlocks() + references.freedBlocks() + hostBlocks - claims;
            long limit = limitBlocks - references.usedBlocks() - claims;
            return Math.max(0, Math.min(physical, limit));
        } finally {
            lock.unlock();
        }
    }

    private boolean tryClaim(long blocks) {
        lock.lock();
        try {
            if (closed || !fitsLocked(blocks)) {
                return false;
            }
            reserved += blocks;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean fitsLocked(long blocks) {
        long claims = reserved + references.promised() - drawn;
        return claims + blocks <= extents.freeBlocks()
                && claims + blocks <= limitBlocks - Math.min(limitBlocks, extents.busyBlocks());
    }

    private boolean tryGrow(long blocks) {
        long wanted;
        lock.lock();
        try {
            wanted = reserved + references.promised() - drawn + blocks;
            if (closed || wanted > limitBlocks - Math.min(limitBlocks, extents.busyBlocks())) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        return extents.grow(wanted);
    }
}
