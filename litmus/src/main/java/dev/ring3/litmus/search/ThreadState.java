package dev.ring3.litmus.search;

import dev.ring3.bpf.insn.Register;
import org.jspecify.annotations.Nullable;

/** How far a thread has come. */
final class ThreadState {
    enum Status {
        /** Goes on by itself. */
        RUNNING,
        /** Stands before a conditional jump whose operands are not known. */
        AT_BRANCH,
        /** Stands behind the read of a compare-exchange of which it is not known whether it succeeds. */
        AT_EXCHANGE,
        DONE,
        /** Ran into the bound on loops. */
        CUT
    }

    /** Where a function returns to, and what it keeps for its caller. */
    static final class Frame {
        private final int returnTo;
        private final Datum[] kept;
        private final long[] keptTaint;
        private final @Nullable Frame caller;

        Frame(int returnTo, Datum[] kept, long[] keptTaint, @Nullable Frame caller) {
            this.returnTo = returnTo;
            this.kept = kept;
            this.keptTaint = keptTaint;
            this.caller = caller;
        }

        int returnTo() {
            return returnTo;
        }

        Datum[] kept() {
            return kept;
        }

        long[] keptTaint() {
            return keptTaint;
        }

        @Nullable
        Frame caller() {
            return caller;
        }
    }

    Status status = Status.RUNNING;
    int at;
    int steps;
    int events;

    /** The read of the compare-exchange that the thread stands at. */
    int exchange = -1;

    final Datum[] registers;

    /** The reads that each register's value comes from: {@code w} words for each. */
    final long[] taint;

    /** The reads that conditional jumps so far depended on. */
    final long[] control;

    /** How often a jump back was taken whose way depended on a read, by place in the code. */
    final int[] turns;

    @Nullable
    Frame frame;

    ThreadState(Datum[] registers, int length, int w) {
        this.registers = registers.clone();
        this.taint = new long[Register.COUNT * w];
        this.control = new long[w];
        this.turns = new int[length];
    }

    private ThreadState(ThreadState other) {
        status = other.status;
        at = other.at;
        steps = other.steps;
        events = other.events;
        exchange = other.exchange;
        registers = other.registers.clone();
        taint = other.taint.clone();
        control = other.control.clone();
        turns = other.turns.clone();
        frame = other.frame;
    }

    ThreadState copy() {
        return status == Status.DONE ? this : new ThreadState(this);
    }

    boolean isBlocked() {
        return status == Status.AT_BRANCH || status == Status.AT_EXCHANGE;
    }

    boolean isFinished() {
        return status == Status.DONE || status == Status.CUT;
    }
}
