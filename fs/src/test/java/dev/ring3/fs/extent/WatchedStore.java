package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A store that says when a crash would make a difference, and that can be full, or lie about what is durable. */
final class WatchedStore implements OrderedStore {
    private final OrderedStore store;
    private final Runnable crashPoint;
    private BooleanSupplier full = () -> false;
    private boolean lying;

    WatchedStore(OrderedStore store, Runnable crashPoint) {
        this.store = store;
        this.crashPoint = crashPoint;
    }

    void setFull(boolean full) {
        this.full = () -> full;
    }

    void setFullWhile(BooleanSupplier condition) {
        full = condition;
    }

    /** From now on everything is said to be durable at once. For negative controls. */
    void lie() {
        lying = true;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return store.get(key);
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        return store.scan(from, to);
    }

    @Override
    public TransactionId write(Batch batch) {
        if (full.getAsBoolean()) {
            throw new FsException(Errno.ENOSPC, "write", "a full disk");
        }
        crashPoint.run();
        TransactionId id = store.write(batch);
        crashPoint.run();
        return id;
    }

    @Override
    public void durable(TransactionId transaction) {
        crashPoint.run();
        store.durable(transaction);
        crashPoint.run();
    }

    @Override
    public TransactionId lastWritten() {
        return store.lastWritten();
    }

    @Override
    public TransactionId lastDurable() {
        return lying ? store.lastWritten() : store.lastDurable();
    }

    @Override
    public long ownerEpoch() {
        return store.ownerEpoch();
    }

    @Override
    public void checkpoint(Path directory) {
        store.checkpoint(directory);
    }

    @Override
    public long approximateBytes() {
        return store.approximateBytes();
    }

    @Override
    public void close() {
        store.close();
    }
}
