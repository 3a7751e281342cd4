package dev.ring3.it.crash;

import dev.ring3.fs.TransactionId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A store that says of everything that it is durable. */
record UnsyncedStore(OrderedStore store) implements OrderedStore {
    @Override
    public void durable(TransactionId transaction) {}

    @Override
    public TransactionId lastDurable() {
        return store.lastWritten();
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
        return store.write(batch);
    }

    @Override
    public TransactionId lastWritten() {
        return store.lastWritten();
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
