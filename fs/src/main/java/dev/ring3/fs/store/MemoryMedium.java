package dev.ring3.fs.store;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Memory that plays a disk: a store closed and opened again finds what it left, and a crash can be had. What it keeps
 * is immutable (a {@link Treap}), so every state it was ever in costs only the difference, if {@link #recording} was
 * asked for, and readers take no lock.
 *
 * <p>{@link #afterCrash} is the whole crash model of an ordered log: some prefix of the batches, at least what was
 * durable. A batch torn in two is no crash of this medium; harnesses make it as their negative control.
 */
public final class MemoryMedium {
    private static final LockClass CLASS = LockClass.named("store in memory");
    /** What is stored after one transaction. */
    record State(long transaction, Treap.@Nullable Node root) {}

    private final ReentrantLock lock = FsLocks.lock(CLASS);
    private final @Nullable NavigableMap<Long, State> history; // under lock
    private volatile State state; // written under lock
    private volatile long durable; // written under lock
    private long ownerEpoch; // under lock
    private String owner = ""; // under lock

    /** An empty one that remembers nothing but the present. */
    public MemoryMedium() {
        this(new State(0, null), 0, false);
    }

    private MemoryMedium(State state, long ownerEpoch, boolean recording) {
        this.state = state;
        this.durable = state.transaction;
        this.ownerEpoch = ownerEpoch;
        this.history = recording ? new TreeMap<>(Map.of(state.transaction, state)) : null;
    }

    /** An empty one that can be asked for every state it was in. */
    public static MemoryMedium recording() {
        return new MemoryMedium(new State(0, null), 0, true);
    }

    /**
     * Claims the store on this medium. An earlier owner that still lives is fenced off: its next batch fails with EROFS.
     *
     * @param newOwner for the message that the fenced one gets
     */
    public OrderedStore open(String newOwner) {
        lock.lock();
        try {
            ownerEpoch++; // durable at once: the medium keeps it outside of its history
            owner = newOwner;
            durable = state.transaction; // what the new owner has read must not go away under it
            return new MemoryStore(this, ownerEpoch);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The medium as a crash might have left it: with all batches up to this one, and none after. Recording, if this one
     * is.
     *
     * @param last at least what is durable, unless the harness wants a medium that loses what it promised
     */
    public MemoryMedium afterCrash(TransactionId last) {
        lock.lock();
        try {
            if (history == null) {
                throw new IllegalStateException("this medium does not record");
            }
            Map.Entry<Long, State> kept = history.floorEntry(last.value());
            return new MemoryMedium(kept.getValue(), ownerEpoch, true);
        } finally {
            lock.unlock();
        }
    }

    /** The same content on another medium, not recording: O(1). */
    public MemoryMedium copy() {
        lock.lock();
        try {
            return new MemoryMedium(state, ownerEpoch, false);
        } finally {
            lock.unlock();
        }
    }

    /** The transaction of the state as it is. */
    public TransactionId lastWritten() {
        return new TransactionId(state.transaction);
    }

    /** The latest transaction that a crash cannot take away. */
    public TransactionId lastDurable() {
        return new TransactionId(durable);
    }

    State state() {
        return state;
    }

    TransactionId write(Batch batch, long writerEpoch) {
        batch.requireContent();
        lock.lock();
        try {
            if (writerEpoch != ownerEpoch) {
                throw new FsException(
                        Errno.EROFS,
                        "write",
                        "owner epoch %d, succeeded by %d of %s".formatted(writerEpoch, ownerEpoch, owner));
            }
            Treap.Node root = state.root;
            for (Batch.Change change : batch.changes()) {
                root = switch (change) {
                    case Batch.Put(byte[] key, byte[] value) -> Treap.put(root, key.clone(), value.clone());
                    case Batch.Delete(byte[] key) -> Treap.delete(root, key);
                    case Batch.DeleteRange(byte[] from, byte[] to) -> Treap.deleteRange(root, from, to);
                };
            }
            State next = new State(state.transaction + 1, root);
            if (history != null) {
                history.put(next.transaction, next);
            }
            state = next;
            return new TransactionId(next.transaction);
        } finally {
            lock.unlock();
        }
    }

    void sync(TransactionId transaction) {
        lock.lock();
        try {
            durable = Math.max(durable, Math.min(transaction.value(), state.transaction));
        } finally {
            lock.unlock();
        }
    }
}
