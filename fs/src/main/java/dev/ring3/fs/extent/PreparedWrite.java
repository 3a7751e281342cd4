package dev.ring3.fs.extent;

import java.util.List;

/**
 * Data that is written and durable, but that no record names yet; or small data that a record will hold. For one thread.
 * Closing gives its blocks back, unless a transaction has taken it over.
 */
public final class PreparedWrite implements AutoCloseable {
    private enum State {
        PREPARED,
        APPLIED,
        OVER
    }

    private final List<Mapped> pieces;
    private final Runnable whenCommitted;
    private final Runnable whenGivenUp;
    private State state = State.PREPARED;

    PreparedWrite(List<Mapped> pieces, Runnable whenCommitted, Runnable whenGivenUp) {
        this.pieces = List.copyOf(pieces);
        this.whenCommitted = whenCommitted;
        this.whenGivenUp = whenGivenUp;
    }

    /** The extents to be, ascending. */
    List<Mapped> pieces() {
        return pieces;
    }

    void applied(DataTransaction transaction) {
        if (state != State.PREPARED) {
            throw new IllegalStateException("a prepared write is applied once");
        }
        transaction.adopt(this);
        state = State.APPLIED;
    }

    void committed() {
        state = State.OVER;
        whenCommitted.run();
    }

    /** By its owner only before it is applied; by the transaction when that has failed. */
    @Override
    public void close() {
        if (state != State.OVER) {
            state = State.OVER;
            whenGivenUp.run();
        }
    }
}
