package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Space of the host that is set aside in good times. When the host is nearly full the reserve is let go, so that the
 * metadata store can log deletions and a clean stop, and everything that would take space is refused, names and
 * attributes too; when there is room again the reserve is taken back first. The host is asked so often that the store,
 * whose own work needs space at once and fails for good without it, does not meet the end itself.
 */
final class HostReserve {
    private static final LockClass CLASS = LockClass.named("reserve of the host");
    /** Below this the host counts as full, if the reserve is larger; else the reserve's own size does. */
    private static final long FULL_BYTES = 16L << 20;

    private static final int CHECK_EVERY = 64;

    /** As much as metadata grows, at most, between two looks. */
    private static final long CHECK_EVERY_BYTES = 1 << 20;

    private final BlockDevice device;
    private final SpaceBudget budget;
    private final long bytes;
    private final long fullBytes;
    private final ReentrantLock lock = FsLocks.lock(CLASS);
    private final AtomicInteger sinceCheck = new AtomicInteger();
    private final AtomicLong bytesSinceCheck = new AtomicLong();
    private volatile boolean released; // written under lock

    HostReserve(BlockDevice device, SpaceBudget budget, DataOptions options) {
        this.device = device;
        this.budget = budget;
        this.bytes = options.reserveBytes();
        this.fullBytes = Math.max(Math.min(FULL_BYTES, bytes), options.hostKeepBytes());
        lock.lock();
        try {
            take();
        } finally {
            lock.unlock();
        }
    }

    /** Before space is claimed: every so often, and always while the host is full. */
    void check() {
        if (bytes > 0 && (released || sinceCheck.incrementAndGet() >= CHECK_EVERY)) {
            look();
        }
    }

    /**
     * Before the metadata grows.
     *
     * @throws FsException ENOSPC while the host is full
     */
    void admit(long metadataBytes) {
        if (bytes > 0 && bytesSinceCheck.addAndGet(metadataBytes) >= CHECK_EVERY_BYTES) {
            look();
        } else {
            check();
        }
        if (released) {
            throw new FsException(Errno.ENOSPC, "write metadata", "the host has less than " + fullBytes + " bytes");
        }
    }

    private void look() {
        lock.lock();
        try {
            sinceCheck.set(0);
            bytesSinceCheck.set(0);
            long usable = device.usableBytes();
            if (!released && usable < fullBytes) {
                letGo();
            } else if (released && usable >= fullBytes + bytes) {
                take();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the reserve go at once; false if that was done before, or there is none. */
    boolean letGoNow() {
        lock.lock();
        try {
            boolean held = bytes > 0 && !released;
            if (held) {
                letGo();
            }
            return held;
        } finally {
            lock.unlock();
        }
    }

    boolean isReleased() {
        return released;
    }

    private void letGo() {
        budget.setClosed(true);
        released = true;
        device.releaseReserve();
    }

    private void take() {
        boolean failed = device.holdReserve(bytes) < bytes;
        if (failed) {
            device.releaseReserve();
        }
        released = failed;
        budget.setClosed(failed);
    }
}
