package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** A segment in use: its file, its space, and what is known of its syncs. */
final class OpenSegment {
    private static final LockClass SYNCING = LockClass.named("sync of a segment");
    final int number;
    final SegmentFile file;
    final SegmentSpace space; // under the allocator's lock
    private final AtomicLong writes = new AtomicLong(); // ended, well or not
    private final ReentrantLock syncing = FsLocks.lock(SYNCING);
    private long forced; // under syncing: how many writes are durable
    private volatile boolean failed; // set once

    OpenSegment(int number, SegmentFile file, SegmentSpace space) {
        this.number = number;
        this.file = file;
        this.space = space;
    }

    /** Whether a sync failed; nothing is written here any more. */
    boolean failed() {
        return failed;
    }

    void write(long offsetBytes, MemorySegment data) {
        try {
            file.write(offsetBytes, data);
        } finally {
            writes.incrementAndGet();
        }
    }

    /** Makes all writes that have returned durable. Threads that come together share a sync. */
    void force() {
        syncing.lock();
        try {
            if (failed) {
                throw new FsException(Errno.EIO, "sync segment", "an earlier sync of segment " + number + " failed");
            }
            long covered = writes.get();
            if (forced < covered) {
                boolean done = false;
                try {
                    file.force();
                    done = true;
                } finally {
                    failed = !done;
                }
                forced = covered;
            }
        } finally {
            syncing.unlock();
        }
    }
}
