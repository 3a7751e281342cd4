package dev.ring3.mm.lock;

/** A lock was about to be taken in an order that can end in a deadlock: a fault of the program, found by validation. */
public final class PotentialDeadlockException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final transient PotentialDeadlock report;

    PotentialDeadlockException(PotentialDeadlock report) {
        super(report.toText());
        this.report = report;
    }

    /** The cycle. */
    public PotentialDeadlock report() {
        return report;
    }
}
