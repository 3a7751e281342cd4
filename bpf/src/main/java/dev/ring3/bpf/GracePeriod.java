package dev.ring3.bpf;

import dev.ring3.bpf.map.Reclamation;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps memory from being reused while a run may still reach it. Whoever takes something away retires it; it is freed
 * once every run has ended that began before.
 *
 * <p>Time is an epoch that each retirement advances. A run notes the epoch it began in ({@link Reader#enter}), so what
 * was retired in a later epoch may still be in its registers; what was retired in that epoch or before cannot be.
 * A run costs one compare-and-set and one ordered store.
 */
final class GracePeriod implements Reclamation {
    /** One thread at a time that may hold addresses. */
    static final class Reader {
        private static final long IDLE = Long.MAX_VALUE;

        private final AtomicLong since = new AtomicLong(IDLE);

        /** Whether the reader was idle and now is not. */
        boolean enter(GracePeriod period) {
            return since.compareAndSet(IDLE, period.epoch.get());
        }

        void leave(GracePeriod period) {
            since.setRelease(IDLE);
            if (period.pending) {
                period.drain();
            }
        }

        boolean isActive() {
            return since.get() != IDLE;
        }
    }

    private record Retired(long epoch, Runnable free) {}

    private final AtomicLong epoch = new AtomicLong();
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final ArrayDeque<Retired> retired = new ArrayDeque<>(); // guarded by this, oldest first
    private volatile boolean pending; // written under this

    Reader newReader() {
        Reader reader = new Reader();
        readers.add(reader);
        return reader;
    }

    void forget(Reader reader) {
        readers.remove(reader);
    }

    /** Runs {@code free} once no run is left that began before this call. The caller has made the thing unreachable. */
    void retire(Runnable free) {
        synchronized (this) {
            retired.add(new Retired(epoch.incrementAndGet(), free));
            pending = true;
        }
        drain();
    }

    @Override
    public long advance() {
        return epoch.incrementAndGet();
    }

    @Override
    public boolean hasPassed(long epochOfRetirement) {
        return epochOfRetirement <= oldest();
    }

    private long oldest() {
        long oldest = Reader.IDLE;
        for (Reader reader : readers) {
            oldest = Math.min(oldest, reader.since.get());
        }
        return oldest;
    }

    private synchronized void drain() {
        long oldest = oldest();
        while (!retired.isEmpty() && retired.element().epoch() <= oldest) {
            retired.remove().free().run();
        }
        pending = !retired.isEmpty();
    }
}
