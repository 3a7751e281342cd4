package dev.ring3.bpf.engine;

/**
 * The instructions that a run may execute. Who executes them takes some at a time, so that it seldom has to look here.
 * Belongs to one {@link Execution} and its thread; only {@link #cancel} is for others.
 */
final class Budget {
    /** What the interpreter takes between two looks: some microseconds. */
    private static final int TAKEN = 4096;

    /** The same for compiled code, which is an order of magnitude faster. */
    private static final int TAKEN_COMPILED = 1 << 16;

    private long instructionsMax; // of a run
    private long left; // not taken
    private long taken;
    private volatile boolean cancelled; // written by any thread

    /** Sets it for the runs that follow. */
    void set(long instructions) {
        instructionsMax = instructions;
        taken = 0;
    }

    /** Begins a run that is counted, or may be; it forgets a cancellation that came before. */
    void begin() {
        left = instructionsMax;
        taken = 0;
        if (cancelled) { // a volatile read is cheaper than a write
            cancelled = false;
        }
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    long instructionsMax() {
        return instructionsMax;
    }

    long left() {
        return left;
    }

    long taken() {
        return taken;
    }

    /** Takes back what was taken and not executed. */
    void giveBack(int fuel) {
        taken -= fuel;
    }

    /** Takes some for the interpreter, which has none left; 0 if there is nothing to take. */
    int take() {
        return take(TAKEN);
    }

    /**
     * Takes until there is fuel for some instructions.
     *
     * @param have what is left of what was taken
     * @return the fuel there is, or its complement if it is less: the run is cancelled or its budget too small
     */
    int take(int have, int insns) {
        int fuel = have;
        while (fuel < insns) {
            if (cancelled || left == 0) {
                return ~fuel;
            }
            fuel += take(TAKEN_COMPILED);
        }
        return fuel;
    }

    private int take(int wanted) {
        int some = (int) Math.min(wanted, left);
        left -= some;
        taken += some;
        return some;
    }
}
