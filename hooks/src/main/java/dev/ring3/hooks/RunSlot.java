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
    /** Every so many runs one is timed: looking at the clock costs more than a short run. */
    static final int TIMED_EVERY = 16;

    private final Invocation invocation;
    private final MemorySegment context;

    // Written by the thread that has the slot. A turn is odd while the program runs: twice the number of runs.
    private final AtomicLong turn = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
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
        turn.setOpaque(before + 1);
        try {
            return before % (2 * TIMED_EVERY) == 2 * TIMED_EVERY - 2 ? timed() : invocation.run();
        } catch (BpfFault fault) {
            if (fault.kind() == FaultKind.CANCELLED && cancelled.get() != before + 1) {
                return invocation.run(); // what was to be stopped was the run before, which ended by itself
            }
            throw fault;
        } finally {
            turn.setOpaque(before + 2);
        }
    }

    private long timed() {
        long start = System.nanoTime();
        long result = invocation.run();
        nanos.setOpaque(nanos.getPlain() + System.nanoTime() - start);
        return result;
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

    long runs() {
        return (turn() + 1) / 2;
    }

    /** How many runs were timed: the sixteenth, and so on. */
    long timedRuns() {
        return runs() / TIMED_EVERY;
    }

    /** How long those took. */
    long timedNanos() {
        return nanos.getOpaque();
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
