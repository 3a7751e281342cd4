package dev.ring3.litmus.search;

/** Something that the model, or the meaning of an instruction, gives no exact answer to; never leaves the package. */
final class Inexact extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean fault;

    private Inexact(String problem, boolean fault) {
        super(problem, null, false, false);
        this.fault = fault;
    }

    Inexact(String problem) {
        this(problem, false);
    }

    /** An access to what is no memory of the test: the execution ends there, without a final state. */
    static Inexact fault(String problem) {
        return new Inexact(problem, true);
    }

    boolean isFault() {
        return fault;
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
