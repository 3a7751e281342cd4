package dev.ring3.fs.lock;

/** What a lease promises its holder. */
public enum LeaseKind {
    /** Nobody else changes the file. */
    READ,
    /** Nobody else reads or changes the file; its holder may change it without telling. */
    WRITE;

    boolean conflictsWith(LeaseKind other) {
        return this == WRITE || other == WRITE;
    }

    boolean conflictsWith(Sharing sharing) {
        return switch (this) {
            case READ ->
                sharing.access().overlaps(Use.WRITE) || sharing.denied().overlaps(Use.READ);
            case WRITE -> true;
        };
    }
}
