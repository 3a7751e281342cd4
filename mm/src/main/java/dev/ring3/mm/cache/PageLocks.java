package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageWord.LOCKED;
import static dev.ring3.mm.cache.PageWord.WAITER;
import static dev.ring3.mm.cache.PageWord.WORD;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks pages by the LOCKED bit of their words, and parks those who wait.
 *
 * <p>Who finds a word unlocked takes the bit by one compare-and-set. Otherwise it queues at one of a fixed number of
 * stripes, whose lock is fair, sets WAITER and parks. Nobody takes a word with WAITER set but through the stripe, and
 * WAITER stays set over the unlock, so a thread that locks in a loop cannot overtake those that wait: each gets its
 * turn. WAITER without anybody waiting is possible and costs the next one a detour.
 *
 * <p>A holder may be copying, which is short, or filling, which is as long as the backing takes. No thread waits for a
 * page while it holds another one; several are held by a fill alone, which took them without waiting.
 */
final class PageLocks {
    private static final int STRIPES = 64;
    private static final int SPINS = 64;

    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock(true);
        private final Condition changed = lock.newCondition();
    }

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final LongAdder parked;

    /** @param parked counts how often somebody had to park */
    PageLocks(LongAdder parked) {
        this.parked = parked;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Takes the lock if the word is still {@code word} and nobody has it or waits for it. */
    static boolean tryLock(long[] leaf, int slot, long word) {
        boolean taken = (word & (LOCKED | WAITER)) == 0 && WORD.compareAndSet(leaf, slot, word, word | LOCKED);
        VarHandle.storeStoreFence(); // a compare-and-set alone lets later stores pass it on some machines
        return taken;
    }

    /**
     * Waits for the lock of a page that is in memory, and takes it.
     *
     * @return the word, locked; 0 if the page is not in memory (any more), and nothing was locked
     */
    long lockPresent(long[] leaf, int slot) {
        for (int spins = 0; spins < SPINS; spins++) {
            long word = (long) WORD.getVolatile(leaf, slot);
            if (PageWord.isAbsent(word)) {
                return 0;
            }
            if (tryLock(leaf, slot, word)) {
                return word | LOCKED;
            }
            Thread.onSpinWait();
        }
        return lockQueued(leaf, slot);
    }

    /**
     * Gives a lock back.
     *
     * @param locked what {@link #lockPresent} returned
     * @param word the word from now on, unlocked; its WAITER bit does not count
     */
    void unlock(long[] leaf, int slot, long locked, long word) {
        long after = word & ~LOCKED & ~WAITER;
        if ((locked & WAITER) == 0 && WORD.compareAndSet(leaf, slot, locked, after)) {
            return;
        }
        Stripe stripe = stripeOf(leaf, slot);
        stripe.lock.lock();
        try {
            // Only WAITER can have changed, and it is changed under this lock.
            WORD.setVolatile(leaf, slot, after | ((long) WORD.getVolatile(leaf, slot) & WAITER));
            stripe.changed.signalAll();
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Waits until none of these bits is set. */
    void awaitClear(long[] leaf, int slot, long bits) {
        Stripe stripe = stripeOf(leaf, slot);
        stripe.lock.lock();
        try {
            while (true) {
                long word = (long) WORD.getVolatile(leaf, slot);
                if ((word & bits) == 0) {
                    return;
                }
                parkLocked(stripe, leaf, slot, word);
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    private long lockQueued(long[] leaf, int slot) {
        Stripe stripe = stripeOf(leaf, slot);
        stripe.lock.lock();
        try {
            while (true) {
                long word = (long) WORD.getVolatile(leaf, slot);
                if (PageWord.isAbsent(word)) {
                    return 0;
                }
                if (PageWord.isLocked(word)) {
                    parkLocked(stripe, leaf, slot, word);
                } else if (WORD.compareAndSet(leaf, slot, word, (word | LOCKED) & ~WAITER)) {
                    VarHandle.storeStoreFence();
                    stripe.changed.signalAll(); // the others have to say again that they wait
                    return (word | LOCKED) & ~WAITER;
                }
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // callers loop
    private void parkLocked(Stripe stripe, long[] leaf, int slot, long word) {
        if ((word & WAITER) != 0 || WORD.compareAndSet(leaf, slot, word, word | WAITER)) {
            parked.increment();
            stripe.changed.awaitUninterruptibly();
        }
    }

    private Stripe stripeOf(long[] leaf, int slot) {
        int hash = (System.identityHashCode(leaf) + slot) * 0x9E3779B9;
        return stripes[hash >>> 26];
    }
}
