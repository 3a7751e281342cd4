package dev.ring3.nfs.proto;

/** An operation's answer that is no success; an everyday thing, so without a stack trace. */
public final class NfsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final NfsStatus status;

    /** Answers with a status. */
    public NfsException(NfsStatus status) {
        super(status.name(), null, false, false);
        this.status = status;
    }

    /** The status. */
    public NfsStatus status() {
        return status;
    }
}
