package dev.ring3.mm;

/** A work item ended with an exception, which is the cause. */
public final class WorkFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkFailedException(String queue, Throwable cause) {
        super("work of " + queue + ": " + cause, cause);
    }
}
