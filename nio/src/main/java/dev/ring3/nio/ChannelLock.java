package dev.ring3.nio;

import dev.ring3.fs.lock.ByteRange;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import org.jspecify.annotations.Nullable;

/** A lock of a channel; owner of itself, so that those of one channel are released one by one. */
final class ChannelLock extends FileLock {
    private final Ring3FileChannel holder;

    // Guarded by the ChannelLocks that gave it out.
    private boolean valid;

    private ChannelLock(Ring3FileChannel holder, long position, long size, boolean shared) {
        super(holder, position, size, shared);
        this.holder = holder;
    }

    private ChannelLock(
            Ring3FileChannel holder, AsynchronousFileChannel acquiredBy, long position, long size, boolean shared) {
        super(acquiredBy, position, size, shared);
        this.holder = holder;
    }

    /** A lock to be asked for, by a channel or by the asynchronous one over it. */
    static ChannelLock of(
            Ring3FileChannel holder,
            @Nullable AsynchronousFileChannel asynchronous,
            long position,
            long size,
            boolean shared) {
        long length = size == 0 ? Long.MAX_VALUE - position : size;
        return asynchronous == null
                ? new ChannelLock(holder, position, length, shared)
                : new ChannelLock(holder, asynchronous, position, length, shared);
    }

    /** The channel that has it, or would. */
    Ring3FileChannel holder() {
        return holder;
    }

    /** What is locked; a range to the largest offset has no end. */
    ByteRange range() {
        long end = position() + size();
        return new ByteRange(position(), end == Long.MAX_VALUE ? ByteRange.TO_THE_END : Math.max(position(), end - 1));
    }

    void setValid(boolean holds) {
        valid = holds;
    }

    boolean valid() {
        return valid;
    }

    @Override
    public boolean isValid() {
        return holder.isOpen() && holder.session().locks().isValid(this);
    }

    @Override
    public void release() throws IOException {
        Channel acquiredBy = acquiredBy();
        if (!acquiredBy.isOpen()) {
            throw new ClosedChannelException();
        }
        holder.session().locks().release(this);
    }
}
