package dev.ring3.hooks;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.FaultKind;
import dev.ring3.bpf.Invocation;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one run of a program at a time needs, and what it has done so far. By one thread at a time, but {@link #turn} and
 * {@link #cancel}, which the watchdog calls, and the counters, which anybody may read: a reader sees a number that was
 * right a moment ago.
 */
final class RunSlot {
    /** So many runs are timed each; these are long ones, before a program is compiled. */
    static final int TIMED_FIRST = 16;

    /** Of those that follow, one in so many is timed: looking at the clock costs more than a short run. */
    static final int TIMED_EVERY = 16;

    private final Invocation invocation;
    private final MemorySegment context;

    // Written by the thread that has the slot. A turn is odd while the program runs: twice the number of runs.
    private final AtomicLong turn = new AtomicLong();
    private final AtomicLong thread = new AtomicLong(1);
    private final AtomicLong firstNanos = new AtomicLong();
    private final AtomicLong laterNanos = new AtomicLong();
    private final AtomicLong laterTimed = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong invalid = new AtomicLong();

    // Written by the watchdog, before it cancels: the turn that it means.
    private final AtomicLong cancelled = new AtomicLong();

    RunSlot(Invocation invocation) {
        this.invocation = invocation;
        this.context = invocation.context();
    }

    /** What the program is called with. */
    MemorySegment context() {
        return context;
    }

    /**
     * Runs the program.
     *
     * @throws BpfFault if it failed
     * @throws IllegalStateException if it was closed
     */
    long run() {
        long before = turn.getPlain();
        thread.setOpaque(Thread.currentThread().threadId());
        turn.setOpaque(before + 1);
        try {
            if (before < 2 * TIMED_FIRST) {
                return timed(firstNanos);
            }
            if (before % (2 * TIMED_EVERY) != 0) {
                return invocation.run();
            }
            long result = timed(laterNanos);
            laterTimed.setOpaque(laterTimed.getPlain() + 1);
            return result;
        } catch (BpfFault fault) {
            if (fault.kind() == FaultKind.CANCELLED && cancelled.get() != before + 1) {
                return invocation.run(); // what was to be stopped was the run before, which ended by itself
            }
            throw fault;
        } finally {
            turn.setOpaque(before + 2);
        }
    }

    private long timed(AtomicLong sum) {
        long start = System.nanoTime();
        try {
            return invocation.run();
        } finally {
            sum.setOpaque(sum.getPlain() + System.nanoTime() - start);
        }
    }

    void countRefusal(boolean isInvalid) {
        refusals.setOpaque(refusals.getPlain() + 1);
        if (isInvalid) {
            invalid.setOpaque(invalid.getPlain() + 1);
        }
    }

    /** Changes with every beginning and end of a run; odd while one is under way. */
    long turn() {
        return turn.getOpaque();
    }

    /** The thread that runs it, or did last, by its number. */
    long thread() {
        return thread.getOpaque();
    }

    long runs() {
        return (turn() + 1) / 2;
    }

    /** How long all runs took: the first as measured, the others as long as those of them that were timed. */
    long nanos() {
        long later = Math.max(0, runs() - TIMED_FIRST);
        long timed = laterTimed.getOpaque();
        long first = firstNanos.getOpaque();
        double each = timed == 0 ? (double) first / TIMED_FIRST : (double) laterNanos.getOpaque() / timed;
        return first + (long) (each * later);
    }

    long refusals() {
        return refusals.getOpaque();
    }

    long invalidResults() {
        return invalid.getOpaque();
    }

    /** Stops the run of a turn, if it is under way. */
    void cancel(long runningTurn) {
        cancelled.set(runningTurn);
        if (turn() == runningTurn) {
            invocation.cancel();
        }
    }
}
