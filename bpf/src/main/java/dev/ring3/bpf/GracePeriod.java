package dev.ring3.bpf;

import dev.ring3.bpf.map.Reclamation;
import dev.ring3.bpf.memory.ProcessFence;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps memory from being reused while a run may still reach it. Whoever takes something away retires it; it is freed
 * once every run has ended that began before.
 *
 * <p>Time is an epoch, from 1, that each retirement advances. Each reader has a word of its own: the epoch that its run began in,
 * or that it is idle. What was retired in a later epoch than a run's may still be in its registers; what was retired in
 * that epoch or before cannot be.
 *
 * <pre>
 * run                               who retires
 * E1 word = epoch    (opaque)       T1 make it unreachable
 * E2 light fence                    T2 epoch = epoch + 1
 * E3 look things up                 T3 heavy fence
 * ...                               T4 read all words
 * E4 word = idle     (release)      T5 free it, if each is idle or at least the new epoch
 * </pre>
 *
 * A run costs two plain stores to a cache line that no other run writes to, no atomic instruction; a retirement about a microsecond ({@link ProcessFence}). Why
 * nothing is freed too early: assume that T4 reads a reader's word as idle, or from a run that ended. If E1 of a run had
 * passed the fence before T3 was over, T4 would read it. So that run's E2 came after T3, its E3 comes after T1, and finds
 * nothing. If T4 reads a run's word that is at least the new epoch, E1 read what T2 wrote, so E3 comes after T1 as well.
 * And if it reads that a run has ended, by E4, all that the run did came before, since E4 is a release.
 */
final class GracePeriod implements Reclamation {
    /** What keeps a reader's word in a cache line of its own: each run of another reader would take the line away. */
    abstract static class LineBefore {
        long before1;
        long before2;
        long before3;
        long before4;
        long before5;
        long before6;
        long before7;
    }

    abstract static class Word extends LineBefore {
        long since = IDLE; // written by the thread that reads, through SINCE
    }

    abstract static class LineAfter extends Word {
        long after1;
        long after2;
        long after3;
        long after4;
        long after5;
        long after6;
        long after7;
    }

    /** One thread at a time that may hold addresses. */
    static final class Reader extends LineAfter {
        /** Whether the reader was idle and now is not. That other threads enter it at the same time need not be seen. */
        boolean enter(GracePeriod period) {
            if (since != IDLE) {
                return false;
            }
            SINCE.setOpaque(this, (long) EPOCH.getVolatile(period));
            ProcessFence.light();
            return true;
        }

        void leave(GracePeriod period) {
            SINCE.setRelease(this, IDLE);
            if (period.pending) {
                period.drain();
            }
        }

        boolean isActive() {
            return (long) SINCE.getAcquire(this) != IDLE;
        }
    }

    /** The word of who is not in a run: no epoch. */
    private static final long IDLE = 0;

    private static final VarHandle SINCE;
    private static final VarHandle EPOCH;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SINCE = lookup.findVarHandle(Word.class, "since", long.class);
            EPOCH = lookup.findVarHandle(GracePeriod.class, "epoch", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record Retired(long epoch, Runnable free) {}

    private volatile long epoch = 1; // through EPOCH
    private final Runnable heavyFence;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final ArrayDeque<Retired> retired = new ArrayDeque<>(); // guarded by this, oldest first
    private volatile boolean pending; // written under this
    private volatile long passed; // an epoch that was found to have passed; may go back

    GracePeriod() {
        this(ProcessFence::heavy);
    }

    /** With another fence, to see what it is for. */
    GracePeriod(Runnable heavyFence) {
        this.heavyFence = heavyFence;
    }

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
            retired.add(new Retired(next(), free));
            pending = true;
        }
        drain();
    }

    @Override
    public long advance() {
        return next();
    }

    @Override
    public boolean hasPassed(long epochOfRetirement) {
        if (epochOfRetirement <= passed) {
            return true;
        }
        if (epochOfRetirement > oldest()) {
            return false; // whatever stores are still to be seen: they make nothing older
        }
        long now = epoch;
        heavyFence.run();
        long all = Math.min(oldest(), now);
        passed = all;
        return epochOfRetirement <= all;
    }

    private long next() {
        return (long) EPOCH.getAndAdd(this, 1L) + 1;
    }

    /** The epoch of the run that began first, of those that can be seen. */
    private long oldest() {
        long oldest = Long.MAX_VALUE;
        for (Reader reader : readers) {
            long since = (long) SINCE.getAcquire(reader);
            if (since != IDLE) {
                oldest = Math.min(oldest, since);
            }
        }
        return oldest;
    }

    private synchronized void drain() {
        while (!retired.isEmpty() && hasPassed(retired.element().epoch())) {
            retired.remove().free().run();
        }
        pending = !retired.isEmpty();
    }
}
