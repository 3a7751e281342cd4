package dev.ring3.mm.lock;

import dev.ring3.mm.lock.HeldLocks.Held;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Learns in which order classes of locks are taken, and fails when an order is about to be used that can end in a
 * deadlock with one seen before, in whatever thread and however long ago. One harmless run of each path is enough. The
 * package comment says what counts as a lock. (Linux, {@code kernel/locking/lockdep.c}.)
 *
 * <p>Off unless the system property {@code dev.ring3.lockValidator} is {@code true} when this class is loaded; then
 * every method returns at once, and compiled code has nothing left of the call. Thread-safe.
 */
public final class LockValidator {
    /** Whether locks are validated in this JVM. */
    public static final boolean ENABLED = Boolean.getBoolean("dev.ring3.lockValidator");

    private static final ThreadLocal<HeldLocks> HELD = ThreadLocal.withInitial(HeldLocks::new);

    private static final List<Order> ALWAYS = new CopyOnWriteArrayList<>();

    private static volatile LockGraph graph = new LockGraph();

    private record Order(LockClass first, LockClass second) {}

    private LockValidator() {}

    /**
     * Says that a lock is about to be taken, by a call that may wait for it. Reentry is known by the instance.
     *
     * @param instance the lock itself; null if it is none, as for waits
     * @throws PotentialDeadlockException if the order can end in a deadlock; the lock is then not held
     */
    public static void acquire(LockClass lockClass, AcquireMode mode, @Nullable Object instance) {
        if (!ENABLED) {
            return;
        }
        HeldLocks held = HELD.get();
        boolean reentry = isReentry(held, lockClass, mode, instance);
        if (!reentry) {
            check(held, lockClass, mode);
        }
        held.push(lockClass, mode, reentry, instance); // nobody waits to reenter, as with a try
    }

    /** Says that a lock was taken by a call that does not wait for it. */
    public static void acquiredByTry(LockClass lockClass, AcquireMode mode, @Nullable Object instance) {
        if (ENABLED) {
            HELD.get().push(lockClass, mode, true, instance);
        }
    }

    /**
     * Says that a lock is no longer held by this thread.
     *
     * @throws IllegalStateException if it was not
     */
    public static void release(LockClass lockClass, @Nullable Object instance) {
        if (ENABLED) {
            HELD.get().remove(lockClass, instance);
        }
    }

    /**
     * Says that this thread may have to wait here for what the class stands for: a lock that it then does not take, or
     * the end of something that others do inside {@link #acquire} and {@link #release} of that class.
     *
     * @throws PotentialDeadlockException if that can end in a deadlock
     */
    public static void mayWaitFor(LockClass lockClass) {
        if (ENABLED) {
            check(HELD.get(), lockClass, AcquireMode.EXCLUSIVE);
        }
    }

    /**
     * Says that one class may be taken while another is held, as if it had been seen.
     *
     * @throws PotentialDeadlockException if that can end in a deadlock
     */
    public static void declareOrder(LockClass first, LockClass second) {
        if (ENABLED) {
            declare(graph, new Order(first, second));
        }
    }

    /** The same for good: also of every {@link #trial}. */
    public static void declareOrderAlways(LockClass first, LockClass second) {
        if (ENABLED) {
            ALWAYS.add(new Order(first, second));
            declareOrder(first, second);
        }
    }

    /**
     * Says that this thread should hold no lock: at the end of a request or a work item.
     *
     * @throws IllegalStateException if it does; it holds none any more
     */
    public static void requireNothingHeld(String where) {
        if (ENABLED && HELD.get().depth() > 0) {
            String held = HELD.get().toString();
            HELD.remove();
            throw new IllegalStateException("locks held at " + where + ": " + held);
        }
    }

    /**
     * The same where one lock that stands for the work itself is held, and stays.
     *
     * @throws IllegalStateException if others are held; they are not any more
     */
    public static void requireOnlyHeld(LockClass work) {
        if (!ENABLED) {
            return;
        }
        HeldLocks held = HELD.get();
        if (held.depth() > 1) {
            String all = held.toString();
            held.truncate(1);
            throw new IllegalStateException("locks held at the end of " + work + ": " + all);
        }
    }

    /** What was found so far, each once; empty when off. */
    public static List<PotentialDeadlock> reports() {
        return graph.reports();
    }

    /** Replaces what was learnt by nothing until the trial is closed; for tests that provoke reports. */
    public static Trial trial() {
        Trial trial = new Trial(graph);
        LockGraph fresh = new LockGraph();
        ALWAYS.forEach(order -> declare(fresh, order));
        graph = fresh;
        return trial;
    }

    /** A time in which orders are learnt afresh, and forgotten at its end. */
    public static final class Trial implements AutoCloseable {
        private final LockGraph before;

        private Trial(LockGraph before) {
            this.before = before;
        }

        /** How many pairs of classes were learnt, those not counted that hold always. */
        public int edgeCount() {
            return graph.edgeCount() - ALWAYS.size();
        }

        @Override
        public void close() {
            ALWAYS.forEach(order -> declare(before, order)); // some may have come meanwhile
            graph = before;
        }
    }

    private static void declare(LockGraph into, Order order) {
        AcquireMode mode = AcquireMode.EXCLUSIVE;
        if (!into.knows(order.first(), mode, order.second(), mode)) {
            into.add(new Held(order.first(), mode), new Held(order.second(), mode));
        }
    }

    private static boolean isReentry(HeldLocks held, LockClass lockClass, AcquireMode mode, @Nullable Object instance) {
        int same = instance == null ? -1 : held.find(instance);
        if (same < 0) {
            return false;
        }
        if (held.modeAt(same) != AcquireMode.EXCLUSIVE && mode == AcquireMode.EXCLUSIVE) {
            throw graph.recursion(held.at(same), new Held(lockClass, mode)); // a shared holder that wants all
        }
        return true;
    }

    private static void check(HeldLocks held, LockClass lockClass, AcquireMode mode) {
        boolean orderKnown = false;
        for (int i = held.depth() - 1; i >= 0; i--) {
            AcquireMode heldMode = held.modeAt(i);
            if (held.classAt(i) == lockClass) {
                if (mode != AcquireMode.SHARED_RECURSIVE || heldMode == AcquireMode.EXCLUSIVE) {
                    throw graph.recursion(held.at(i), new Held(lockClass, mode));
                }
            } else if (!orderKnown) {
                LockGraph current = graph;
                if (!current.knows(held.classAt(i), heldMode, lockClass, mode)) {
                    current.add(held.at(i), new Held(lockClass, mode));
                }
                // Those further out come before this one already, unless nobody waited for it, or it is of a kind that
                // a path does not lead through.
                orderKnown = !held.wasTriedAt(i) && heldMode != AcquireMode.SHARED_RECURSIVE;
            }
        }
    }
}
