package dev.ring3.fs.extent;

import dev.ring3.fs.TransactionId;
import dev.ring3.fs.store.Batch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one batch of the volume does to blocks: references that extent records gain and lose. One for each batch, over as
 * many inodes as it touches; for one thread.
 *
 * <p>Use: operations of {@link FileData} with it, then {@link #writeTo}, the store's write, and {@link #committed} or
 * {@link #failed}. Exactly one of these must be called, before the inodes' locks are let go: another transaction may
 * take away what this one has added. From {@link #writeTo} on no check sees the volume's blocks ({@link UnnamedBlocks}).
 */
public final class DataTransaction {
    private enum State {
        OPEN,
        LOGGED,
        DONE
    }

    private final FileData data;
    private final References references;
    private final List<BlockRun> added = new ArrayList<>();
    private final List<BlockRun> removed = new ArrayList<>();
    private final List<PreparedWrite> writes = new ArrayList<>();
    private final List<SpaceReservation> claims = new ArrayList<>();
    private final Set<SmallData> small = new LinkedHashSet<>();
    private final Set<SmallData> moved = new LinkedHashSet<>();
    private long promised;
    private long unpromised;
    private State state = State.OPEN;
    private @Nullable Long sequence;

    DataTransaction(FileData data, References references) {
        this.data = data;
        this.references = references;
    }

    /** Adds this transaction's own records to the batch; after all operations, before the store's write. */
    public void writeTo(Batch batch) {
        require(State.OPEN);
        data.unnamed().moving().lock();
        state = State.LOGGED;
        sequence = references.log(changes(), batch);
        for (SmallData each : small) {
            if (!data.smallIndex().has(each)) {
                batch.put(DataKeys.small(each.snapshot(), each.ino()), new byte[0]);
            }
        }
        moved.forEach(each -> batch.delete(DataKeys.small(each.snapshot(), each.ino())));
    }

    /** The batch has been written, as this transaction. */
    public void committed(TransactionId transaction) {
        require(State.LOGGED);
        state = State.DONE;
        try {
            writes.forEach(PreparedWrite::committed);
            data.smallIndex().changed(small, moved);
            references.apply(sequence, changes(), transaction);
            claims.forEach(SpaceReservation::close);
        } finally {
            data.unnamed().moving().unlock();
        }
    }

    /** The batch has not been written and will not be: what was prepared for it is given back. */
    public void failed() {
        if (state == State.DONE) {
            throw new IllegalStateException("the transaction is over");
        }
        boolean logged = state == State.LOGGED;
        state = State.DONE;
        try {
            writes.forEach(PreparedWrite::close);
            claims.forEach(SpaceReservation::close);
        } finally {
            if (logged) {
                data.unnamed().moving().unlock();
            }
        }
    }

    void add(BlockRun run) {
        added.add(run);
    }

    void remove(BlockRun run) {
        removed.add(run);
    }

    void promise(long blocks) {
        promised += blocks;
    }

    void unpromise(long blocks) {
        unpromised += blocks;
    }

    /** The write becomes part of this transaction, for better or worse. */
    void adopt(PreparedWrite write) {
        require(State.OPEN);
        writes.add(write);
    }

    /** Held until the transaction is over. */
    void hold(SpaceReservation claim) {
        claims.add(claim);
    }

    void hasSmall(ExtentRecords records) {
        SmallData each = new SmallData(records.snapshot(), records.ino());
        small.add(each);
        moved.remove(each);
    }

    void hasNoSmall(ExtentRecords records) {
        SmallData each = new SmallData(records.snapshot(), records.ino());
        moved.add(each);
        small.remove(each);
    }

    ReferenceChanges changes() {
        return new ReferenceChanges(promised, unpromised, added, removed);
    }

    private void require(State wanted) {
        if (state != wanted) {
            throw new IllegalStateException("the transaction is " + state + ", not " + wanted);
        }
    }
}
