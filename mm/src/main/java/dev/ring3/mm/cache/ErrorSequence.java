package dev.ring3.mm.cache;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The writeback errors of a file, each of which everybody who has it open is to learn once; an error that nobody has
 * learned of yet is also for who opens the file afterwards. (Linux, {@code lib/errseq.c}.)
 */
final class ErrorSequence {
    private final ReentrantLock lock = new ReentrantLock();
    private long errors; // lock: how many so far
    private long reported; // lock: up to which somebody has learned
    private @Nullable Throwable latest; // lock

    void record(Throwable error) {
        lock.lock();
        try {
            errors++;
            latest = error;
        } finally {
            lock.unlock();
        }
    }

    ErrorCursor cursor() {
        lock.lock();
        try {
            return new ErrorCursor(Math.min(errors, reported));
        } finally {
            lock.unlock();
        }
    }

    /** The latest error if the cursor has not seen it, and from now on has; null otherwise. */
    @Nullable
    Throwable advance(ErrorCursor cursor) {
        lock.lock();
        try {
            if (cursor.seen == errors) {
                return null;
            }
            cursor.seen = errors;
            reported = errors;
            return latest;
        } finally {
            lock.unlock();
        }
    }
}
