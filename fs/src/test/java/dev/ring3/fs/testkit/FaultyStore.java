package dev.ring3.fs.testkit;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A store that fails when it is told to, and remembers every batch. Thread-safe. */
public final class FaultyStore implements OrderedStore {
    private final OrderedStore store;
    private final Map<TransactionId, Batch> batches = new ConcurrentHashMap<>();
    private final AtomicInteger writesUntilFailure = new AtomicInteger(Integer.MAX_VALUE);
    private volatile Errno failure = Errno.EIO;
    private volatile Runnable whenWritten = () -> {};
    private volatile Predicate<Batch> full = _ -> false;

    public FaultyStore(OrderedStore store) {
        this.store = store;
    }

    /** What is done after each batch from now on, before its writer goes on. */
    public void whenWritten(Runnable action) {
        whenWritten = action;
    }

    /** From now on batches that this is true of find no space. */
    public void fullFor(Predicate<Batch> batch) {
        full = batch;
    }

    /** After so many further writes, one fails, without effect; 0 for the next. */
    public void failWrite(int after, Errno errno) {
        failure = errno;
        writesUntilFailure.set(after);
    }

    /** Takes {@link #failWrite} back; false if it has failed already. */
    public boolean stopFailing() {
        return writesUntilFailure.getAndSet(Integer.MAX_VALUE) >= 0;
    }

    /** What was written as this transaction. */
    public @Nullable Batch batch(TransactionId transaction) {
        return batches.get(transaction);
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
        if (writesUntilFailure.getAndDecrement() == 0) {
            throw new FsException(failure, "write", "a store told to fail");
        }
        if (full.test(batch)) {
            throw new FsException(Errno.ENOSPC, "write", "a full store");
        }
        TransactionId transaction = store.write(batch);
        batches.put(transaction, batch);
        whenWritten.run();
        return transaction;
    }

    @Override
    public void durable(TransactionId transaction) {
        store.durable(transaction);
    }

    @Override
    public TransactionId lastWritten() {
        return store.lastWritten();
    }

    @Override
    public TransactionId lastDurable() {
        return store.lastDurable();
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
    public long memoryBytes() {
        return store.memoryBytes();
    }

    @Override
    public void close() {
        store.close();
    }
}
