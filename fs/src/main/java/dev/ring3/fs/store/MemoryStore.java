package dev.ring3.fs.store;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.linux.Errno;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One owner's view of a {@link MemoryMedium}. Has no lock: the medium's state is immutable. */
final class MemoryStore implements OrderedStore {
    private final MemoryMedium medium;
    private final long ownerEpoch;
    private volatile boolean closed;

    MemoryStore(MemoryMedium medium, long ownerEpoch) {
        this.medium = medium;
        this.ownerEpoch = ownerEpoch;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        byte[] value = Treap.get(open("get").root(), key);
        return value == null ? null : value.clone();
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        return new Treap.Walk(open("scan").root(), from.clone(), to.clone());
    }

    @Override
    public TransactionId write(Batch batch) {
        open("write");
        return medium.write(batch, ownerEpoch);
    }

    @Override
    public void durable(TransactionId transaction) {
        open("sync");
        medium.sync(transaction);
    }

    @Override
    public TransactionId lastWritten() {
        return medium.lastWritten();
    }

    @Override
    public TransactionId lastDurable() {
        return medium.lastDurable();
    }

    @Override
    public long ownerEpoch() {
        return ownerEpoch;
    }

    /** There is no file to write to; {@link MemoryMedium#copy} does the same for memory. */
    @Override
    public void checkpoint(Path directory) {
        throw new FsException(Errno.EOPNOTSUPP, "checkpoint", "a store in memory");
    }

    @Override
    public long approximateBytes() {
        return Treap.bytes(open("stat").root());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            medium.sync(medium.lastWritten());
        }
    }

    private MemoryMedium.State open(String operation) {
        if (closed) {
            throw new FsException(Errno.EBADF, operation, "a closed store");
        }
        return medium.state();
    }
}
