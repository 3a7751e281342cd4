package dev.ring3.mm.cache;

import dev.ring3.mm.ReclaimScope;
import dev.ring3.mm.WorkQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes back in threads of its own: every now and then, when much is dirty, when frames are wanted and only dirty ones
 * are left, and right behind uncached writes. A file that cannot be written back is tried again, ever less often.
 */
final class Flusher implements AutoCloseable {
    private static final long PAGES_END = AddressSpace.SIZE_MAX >>> PageTable.PAGE_SHIFT;
    private static final int ITEMS_MAX = 4096;
    private static final long BACKOFF_NANOS_MIN = 50_000_000;
    private static final long BACKOFF_NANOS_MAX = 5_000_000_000L;

    private final Set<AddressSpace> dirtyFiles = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final WorkQueue queue;
    private final Duration interval;
    private volatile boolean closed;

    Flusher(CacheOptions options) {
        this.interval = options.writebackInterval();
        this.queue = WorkQueue.memReclaim(
                "page cache writeback",
                new WorkQueue.Limits(options.writebackThreads(), ITEMS_MAX),
                ReclaimScope.noFs("page cache writeback"));
        queue.executeAfter(interval, this::tick);
    }

    /** How long a file is let be after that many failures. */
    static long backoffNanos(int failures) {
        return Math.min(BACKOFF_NANOS_MIN << Math.min(failures - 1, 20), BACKOFF_NANOS_MAX);
    }

    /** A file has become dirty. */
    void note(AddressSpace file) {
        dirtyFiles.add(file);
    }

    /** Starts writeback of everything, and does not wait. Cheap if it is on the way. */
    void wake() {
        if (!wanted.get() && wanted.compareAndSet(false, true)) {
            if (closed || queue.trySubmit(this::pump).isEmpty()) {
                wanted.set(false);
            }
        }
    }

    /**
     * Starts writeback of a range, and does not wait.
     *
     * @param then run in any case, when it has ended
     */
    void wake(AddressSpace file, long fromPage, long toPage, Runnable then) {
        boolean _ = queue.submit(() -> {
                    try {
                        return write(file, fromPage, toPage, PAGES_END);
                    } finally {
                        then.run();
                    }
                })
                .isDone();
    }

    /** Ends the threads after what they do now; what is dirty stays so. */
    @Override
    public void close() {
        closed = true;
        queue.close();
    }

    private void tick() {
        pump();
        if (!closed) {
            queue.executeAfter(interval, this::tick);
        }
    }

    private boolean pump() {
        wanted.set(false);
        for (AddressSpace file : dirtyFiles) {
            if (file.writeback().dirtyPages() == 0) {
                forget(file);
            } else if (file.writeback().isDue() && file.writeback().queued.compareAndSet(false, true)) {
                if (closed || queue.trySubmit(() -> writeAll(file)).isEmpty()) {
                    file.writeback().queued.set(false);
                }
            }
        }
        return true;
    }

    private boolean writeAll(AddressSpace file) {
        file.writeback().queued.set(false);
        return write(file, 0, PAGES_END, PAGES_END);
    }

    private boolean write(AddressSpace file, long fromPage, long toPage, long runEnd) {
        try {
            file.writeback().write(fromPage, toPage, runEnd);
            return true;
        } catch (IOException | RuntimeException e) {
            // It is noted with the file, for sync; here it only means to come back later.
            return false;
        }
    }

    private void forget(AddressSpace file) {
        dirtyFiles.remove(file);
        if (file.writeback().dirtyPages() > 0) {
            dirtyFiles.add(file);
        }
    }
}
