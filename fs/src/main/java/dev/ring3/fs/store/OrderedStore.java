package dev.ring3.fs.store;

import dev.ring3.fs.TransactionId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Ordered keys with atomic batches. Keys and values are bytes; keys are compared as unsigned bytes, a prefix first, have
 * 1 to {@value #KEY_BYTES_MAX} of them and no meaning here. A value has at most {@value #VALUE_BYTES_MAX} bytes and may
 * be empty.
 *
 * <p>Arrays that go in are not kept and arrays that come out are the caller's. Every method fails with
 * {@link dev.ring3.fs.FsException}: EIO when the engine failed (a store whose log failed takes no further batch, so that
 * nothing is acknowledged on top of a hole), EBADF after {@link #close}.
 */
public interface OrderedStore extends AutoCloseable {
    /** Enough for any fixed-length key of ours; a bound, so that engines may rely on one. */
    int KEY_BYTES_MAX = 255;

    /** 16 MiB. */
    int VALUE_BYTES_MAX = 16 << 20;

    /** The value of a key, or null if there is none. Sees every batch that {@link #write} has returned for. */
    byte @Nullable [] get(byte[] key);

    /**
     * The keys from {@code from} (included) to {@code to} (excluded), as they are at this moment: a cursor never sees a
     * batch that is written after it was opened, and sees all of every batch before. It stands before its first key.
     *
     * @param to always given, because an engine that keeps tombstones may otherwise walk over all of them
     */
    Cursor scan(byte[] from, byte[] to);

    /**
     * Applies a batch: all of it or nothing, also over a crash. When this returns the batch is visible, and ordered
     * after all batches that returned before; it is durable only after {@link #durable}.
     *
     * @throws dev.ring3.fs.FsException EROFS if another owner has claimed the store since this one did: the batch had no
     *     effect; ENOSPC if the medium is full: it had none either
     */
    TransactionId write(Batch batch);

    /** Waits until this transaction, and with it every earlier one, would survive a crash. */
    void durable(TransactionId transaction);

    /** The latest transaction that {@link #write} has returned, or that was found when the store was opened. */
    TransactionId lastWritten();

    /** The latest transaction known to survive a crash. */
    TransactionId lastDurable();

    /** The number under which this owner writes: greater than that of every earlier owner. Every batch carries it. */
    long ownerEpoch();

    /**
     * Writes a copy of everything, as of this moment and durable, for a later {@link OrderedStoreProvider#open}. Writers
     * go on meanwhile.
     *
     * @param directory where; must not exist
     */
    void checkpoint(Path directory);

    /** What the store takes on its medium, about, in bytes. */
    long approximateBytes();

    /** The most that it takes of memory outside of the heap, in bytes; 0 for an engine that keeps to the heap. */
    default long memoryBytes() {
        return 0;
    }

    /** Makes everything durable and gives the store up. Closing twice is nothing. */
    @Override
    void close();
}
