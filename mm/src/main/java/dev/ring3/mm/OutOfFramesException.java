package dev.ring3.mm;

/**
 * No frame could be had within the budget, after everything was tried that the scopes allow. Never an
 * {@link OutOfMemoryError}: the heap has nothing to do with it.
 */
public final class OutOfFramesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FolioOrder order;
    private final transient MemoryReport report;

    OutOfFramesException(FolioOrder order, MemoryReport report) {
        super("no folio of %d bytes\n%s".formatted(order.bytes(), report.toText()));
        this.order = order;
        this.report = report;
    }

    /** What was asked for. */
    public FolioOrder order() {
        return order;
    }

    /** Who held the frames then, and in which scopes the allocation was. */
    public MemoryReport report() {
        return report;
    }
}
