package dev.ring3.mm.cache;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the policy in charge, and the built-in one when that delivers too little, fails, or is not there. The built-in one
 * always follows along. The lock is the innermost of all but the allocator's.
 */
final class PolicyHost {
    /** Samples of reads that wait to be told; further ones are dropped. */
    private static final int SAMPLES_MAX = 4096;

    private final CachePolicy builtIn;
    private final FolioMap folios;
    private final LongAdder failures = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable Folio[] live; // lock; by first frame
    private volatile @Nullable CachePolicy attached; // written under lock

    private final int[] samples = new int[SAMPLES_MAX]; // sampleLock: frames
    private final long[] samplers = new long[SAMPLES_MAX]; // sampleLock: threads, of the same index
    private int sampleCount; // sampleLock
    private final ReentrantLock sampleLock = new ReentrantLock();

    PolicyHost(CachePolicy builtIn, FolioMap folios) {
        this.builtIn = builtIn;
        this.folios = folios;
        this.live = new @Nullable Folio[folios.frameCount()];
        builtIn.init(folios.frameCount(), folios);
    }

    /**
     * Sets the policy in charge; null: the built-in one alone. One that throws on its way in is told to go, and the one
     * before stays.
     */
    void attach(@Nullable CachePolicy policy) {
        lock.lock();
        try {
            if (policy != null) {
                beginLocked(policy);
            }
            detachLocked();
            attached = policy;
        } finally {
            lock.unlock();
        }
    }

    private void beginLocked(CachePolicy policy) {
        boolean begun = false;
        try {
            policy.init(folios.frameCount(), folios);
            for (Folio folio : live) {
                if (folio != null) {
                    policy.added(folio.context());
                }
            }
            begun = true;
        } finally {
            if (!begun) {
                endLocked(policy);
            }
        }
    }

    /** Whether there is another policy than the built-in one. */
    boolean isAttached() {
        return attached != null;
    }

    /** Whether there is another policy than the built-in one to say what is to go. */
    boolean attachedProposes() {
        CachePolicy policy = attached;
        return policy != null && policy.proposes();
    }

    /** How often an attached policy threw, and was detached for it. */
    long failures() {
        return failures.sum();
    }

    void added(Folio folio) {
        lock.lock();
        try {
            live[folio.frame] = folio;
            FolioContext context = folio.context();
            builtIn.added(context);
            tell(policy -> policy.added(context));
        } finally {
            lock.unlock();
        }
    }

    void removed(Folio folio, RemovalReason reason) {
        lock.lock();
        try {
            live[folio.frame] = null;
            FolioContext context = folio.context();
            builtIn.removed(context, reason);
            tell(policy -> policy.removed(context, reason));
        } finally {
            lock.unlock();
        }
    }

    /** Notes that a page was read; from the path of hits, once in a while. */
    void sampled(int frame) {
        if (attached == null || !sampleLock.tryLock()) {
            return;
        }
        try {
            if (sampleCount < SAMPLES_MAX) {
                samplers[sampleCount] = Thread.currentThread().threadId();
                samples[sampleCount++] = frame;
            }
        } finally {
            sampleLock.unlock();
        }
    }

    /** Proposals of the policy in charge; none if that is the built-in one. */
    int proposeAttached(EvictionRequest request, int[] proposals) {
        lock.lock();
        try {
            CachePolicy policy = attached;
            if (policy == null) {
                return 0;
            }
            tellSamplesLocked();
            try {
                int count = policy.evict(request, proposals);
                return Math.clamp(count, 0, proposals.length);
            } catch (RuntimeException | StackOverflowError e) {
                failedLocked(policy);
                return 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Proposals of the built-in policy. */
    int proposeBuiltIn(EvictionRequest request, int[] proposals) {
        lock.lock();
        try {
            return builtIn.evict(request, proposals);
        } finally {
            lock.unlock();
        }
    }

    boolean admit(FolioContext folio) {
        CachePolicy policy = attached;
        try {
            return policy == null || policy.admit(folio);
        } catch (RuntimeException | StackOverflowError e) {
            failed(policy);
            return true;
        }
    }

    long readahead(ReadaheadRequest request, Prefetch more) {
        CachePolicy policy = attached;
        try {
            long wanted = policy == null ? request.usualBytes() : policy.readahead(request, more);
            return Math.clamp(wanted, 0, request.maxBytes());
        } catch (RuntimeException | StackOverflowError e) {
            failed(policy);
            return request.usualBytes();
        }
    }

    private void tellSamplesLocked() {
        int[] taken;
        long[] threads;
        sampleLock.lock();
        try {
            taken = Arrays.copyOf(samples, sampleCount);
            threads = Arrays.copyOf(samplers, sampleCount);
            sampleCount = 0;
        } finally {
            sampleLock.unlock();
        }
        for (int i = 0; i < taken.length; i++) {
            Folio folio = folios.at(taken[i]);
            long thread = threads[i];
            if (folio != null && live[folio.frame] == folio) {
                tell(policy -> policy.accessed(folio.context(), thread));
            }
        }
    }

    private void tell(Consumer<CachePolicy> message) {
        CachePolicy policy = attached;
        if (policy == null) {
            return;
        }
        try {
            message.accept(policy);
        } catch (RuntimeException | StackOverflowError e) {
            failedLocked(policy);
        }
    }

    private void failed(@Nullable CachePolicy policy) {
        lock.lock();
        try {
            failedLocked(policy);
        } finally {
            lock.unlock();
        }
    }

    /** Another one may have taken its place while it failed. */
    private void failedLocked(@Nullable CachePolicy policy) {
        failures.increment();
        if (Objects.equals(attached, policy)) {
            detachLocked();
        }
    }

    private void detachLocked() {
        CachePolicy policy = attached;
        attached = null;
        if (policy != null) {
            endLocked(policy);
        }
    }

    private void endLocked(CachePolicy policy) {
        try {
            policy.exit();
        } catch (RuntimeException | StackOverflowError e) {
            failures.increment();
        }
    }
}
