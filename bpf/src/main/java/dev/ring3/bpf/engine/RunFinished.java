package dev.ring3.bpf.engine;

/**
 * Leaves compiled functions whose run the interpreter took over and finished: theirs, and that of all who called them
 * since the host called the program or a callback. Never reaches the host.
 */
final class RunFinished extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long result;

    RunFinished(long result) {
        super("the interpreter finished the run", null, false, false);
        this.result = result;
    }

    /** What r0 was in the end. */
    long result() {
        return result;
    }
}
