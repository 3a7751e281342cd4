package dev.ring3.fs.extent;

import dev.ring3.fs.order.FsLocks;
import dev.ring3.mm.lock.LockClass;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Space of the host that is set aside in good times. When the host is nearly full the reserve is let go, so that the
 * metadata store can log deletions and a clean stop, and everything that would take space is refused; when there is
 * room again the reserve is taken back first.
 */
final class HostReserve {
    private static final LockClass CLASS = LockClass.named("reserve of the host");
    /** Below this the host counts as full, if the reserve is larger; else the reserve's own size does. */
    private static final long FULL_BYTES = 16L << 20;

    private static final int CHECK_EVERY = 64;

    private final BlockDevice device;
    private final SpaceBudget budget;
    private final long bytes;
    private final ReentrantLock lock = FsLocks.lock(CLASS);
    private int sinceCheck; // under lock
    private boolean released; // under lock

    HostReserve(BlockDevice device, SpaceBudget budget, long bytes) {
        this.device = device;
        this.budget = budget;
        this.bytes = bytes;
        lock.lock();
        try {
            take();
        } finally {
            lock.unlock();
        }
    }

    /** Before space is claimed: every so often, and always while the host is full. */
    void check() {
        if (bytes == 0) {
            return;
        }
        lock.lock();
        try {
            if (!released && ++sinceCheck < CHECK_EVERY) {
                return;
            }
            sinceCheck = 0;
            long usable = device.usableBytes();
            if (!released && usable < Math.min(FULL_BYTES, bytes)) {
                letGo();
            } else if (released && usable >= 2 * bytes) {
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
        lock.lock();
        try {
            return released;
        } finally {
            lock.unlock();
        }
    }

    private void letGo() {
        budget.setClosed(true);
        released = true;
        device.releaseReserve();
    }

    private void take() {
        released = device.holdReserve(bytes) < bytes;
        if (released) {
            device.releaseReserve();
        }
        budget.setClosed(released);
    }
}
