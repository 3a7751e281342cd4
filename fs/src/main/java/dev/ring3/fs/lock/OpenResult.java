package dev.ring3.fs.lock;

/** What became of the wish to open a file. */
public sealed interface OpenResult {
    /**
     * It is open.
     *
     * @param entry to be closed by {@link OpenTable#close}
     */
    record Opened(OpenEntry entry) implements OpenResult {}

    /**
     * Another open denies it.
     *
     * @param holder the first that does
     */
    record Denied(OpenEntry holder) implements OpenResult {}

    /**
     * Somebody has a lease, and was asked to give it back; try again when the recall is clear.
     *
     * @param recall says when that is
     */
    record Leased(Recall recall) implements OpenResult {}
}
