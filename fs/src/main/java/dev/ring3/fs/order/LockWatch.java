package dev.ring3.fs.order;

import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the validator of one lock, and holds locks of its class to the order of their ranks. Each further lock of a class
 * that a thread takes is of another level of it; from {@link LockClass#NESTING_MAX} on, their ranks alone are looked at.
 */
final class LockWatch {
    private static final ThreadLocal<List<Hold>> HOLDS = ThreadLocal.withInitial(ArrayList::new);

    private final LockClass lockClass;
    private final @Nullable Comparable<?> rank;
    private final @Nullable LockClass guard;

    /**
     * Of one lock.
     *
     * @param rank among those of its class; null if they have no order
     * @param guard a class of which a lock is held by who holds two of this one, if they may be held in any order
     */
    LockWatch(LockClass lockClass, @Nullable Comparable<?> rank, @Nullable LockClass guard) {
        this.lockClass = lockClass;
        this.rank = rank;
        this.guard = guard;
    }

    /** What a thread holds, once for each time. */
    private record Hold(LockWatch watch, int level) {}

    /** The lock is about to be waited for. */
    void acquire(AcquireMode mode) {
        int level = level(true);
        if (level < LockClass.NESTING_MAX) {
            LockValidator.acquire(lockClass.nested(level), mode, this);
        }
        HOLDS.get().add(new Hold(this, level));
    }

    /** The lock was got without waiting, so in any order. */
    void acquiredByTry(AcquireMode mode) {
        int level = level(false);
        if (level < LockClass.NESTING_MAX) {
            LockValidator.acquiredByTry(lockClass.nested(level), mode, this);
        }
        HOLDS.get().add(new Hold(this, level));
    }

    /** The lock is given back. */
    void release() {
        List<Hold> holds = HOLDS.get();
        for (int at = holds.size() - 1; at >= 0; at--) {
            Hold hold = holds.get(at);
            if (hold.watch == this) {
                holds.remove(at);
                if (hold.level < LockClass.NESTING_MAX) {
                    LockValidator.release(lockClass.nested(hold.level), this);
                }
                return;
            }
        }
        throw new IllegalStateException(this + " is released by a thread that does not hold it");
    }

    private int level(boolean waits) {
        int level = 0;
        for (Hold hold : HOLDS.get()) {
            if (hold.watch == this) {
                return hold.level; // again
            }
            if (hold.watch.lockClass == lockClass) {
                if (waits) {
                    requireAfter(hold.watch);
                }
                level = Math.max(level, hold.level + 1);
            }
        }
        return level;
    }

    private void requireAfter(LockWatch held) {
        if (guard != null && HOLDS.get().stream().anyMatch(hold -> hold.watch.lockClass == guard)) {
            return;
        }
        if (rank == null || held.rank == null || compare(held.rank, rank) >= 0) {
            throw new LockOrderException(
                    "%s is taken while %s is held, which does not come before it".formatted(this, held));
        }
    }

    /** Ranks of one class are of one type. */
    @SuppressWarnings("unchecked")
    private static <T extends Comparable<T>> int compare(Comparable<?> first, Comparable<?> second) {
        return ((T) first).compareTo((T) second);
    }

    @Override
    public String toString() {
        return rank == null ? lockClass.name() : lockClass.name() + " of " + rank;
    }
}
