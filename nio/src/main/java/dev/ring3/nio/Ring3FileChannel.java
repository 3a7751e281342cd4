package dev.ring3.nio;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Files;
import dev.ring3.fs.vfs.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file with a position. Reads and writes at the position are one after another; those elsewhere do not wait for them. A
 * buffer is written in pieces of {@link FileBytes#WRITE_BYTES_MAX}. A write tells how much of it there was room for.
 */
final class Ring3FileChannel extends FileChannel {
    private final Session session;
    private final OpenFile file;
    private final FileBytes bytes;
    private final OpenFlags flags;
    private final Closeable whenClosed;

    private final Object positionLock = new Object();

    // Guarded by positionLock.
    private long position;

    Ring3FileChannel(Session session, OpenFile file, OpenFlags flags, Closeable whenClosed) {
        this.session = session;
        this.file = file;
        this.bytes = new FileBytes(session, file);
        this.flags = flags;
        this.whenClosed = whenClosed;
    }

    /** As every operation of an interruptible channel goes: who closes it meanwhile, or interrupts, is told of. */
    private <T> T interruptibly(Session.Action<T> work) throws IOException {
        requireOpen();
        boolean completed = false;
        try {
            begin();
            requireOpen();
            T result = work.run();
            completed = true;
            return result;
        } catch (FsException e) {
            throw new IOException(e.errno().message(), e);
        } finally {
            end(completed);
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireReadable() throws ClosedChannelException {
        requireOpen();
        if (!flags.read()) {
            throw new NonReadableChannelException();
        }
    }

    private void requireWritable() throws ClosedChannelException {
        requireOpen();
        if (!flags.write()) {
            throw new NonWritableChannelException();
        }
    }

    private Files files() {
        return session.vfs().files();
    }

    OpenFile file() {
        return file;
    }

    Session session() {
        return session;
    }

    boolean isReadable() {
        return flags.read();
    }

    boolean isWritable() {
        return flags.write();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        requireReadable();
        Arguments.requireChangeable(into);
        synchronized (positionLock) {
            return interruptibly(() -> {
                int count = bytes.readAt(into, position);
                position += Math.max(0, count);
                return count;
            });
        }
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        Arguments.requireNotNegative(at, "position");
        requireReadable();
        Arguments.requireChangeable(into);
        return interruptibly(() -> bytes.readAt(into, at));
    }

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffers.length);
        requireReadable();
        for (int i = offset; i < offset + length; i++) {
            Arguments.requireChangeable(buffers[i]);
        }
        synchronized (positionLock) {
            return interruptibly(() -> {
                long count = bytes.readAt(buffers, offset, length, position);
                position += Math.max(0, count);
                return count;
            });
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        requireWritable();
        synchronized (positionLock) {
            return interruptibly(() -> {
                int count = from.remaining();
                position = bytes.writeAt(from, position);
                return count - from.remaining();
            });
        }
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        Arguments.requireNotNegative(at, "position");
        requireWritable();
        return interruptibly(() -> {
            int count = from.remaining();
            bytes.writeAt(from, at);
            return count - from.remaining();
        });
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffers.length);
        requireWritable();
        synchronized (positionLock) {
            return interruptibly(() -> {
                long before = FileBytes.remaining(buffers, offset, length);
                position = bytes.writeAt(buffers, offset, length, position);
                return before - FileBytes.remaining(buffers, offset, length);
            });
        }
    }

    @Override
    public long position() throws IOException {
        requireOpen();
        synchronized (positionLock) {
            return interruptibly(() -> flags.append() ? sizeBytes() : position);
        }
    }

    @Override
    public Ring3FileChannel position(long newPosition) throws IOException {
        requireOpen();
        Arguments.requireNotNegative(newPosition, "position");
        synchronized (positionLock) {
            return interruptibly(() -> {
                position = newPosition;
                return this;
            });
        }
    }

    private long sizeBytes() {
        Stat stat = session.vfs().attributes().stat(file.node(), StatMask.SIZE);
        return stat.sizeBytes();
    }

    @Override
    public long size() throws IOException {
        return interruptibly(this::sizeBytes);
    }

    @Override
    public Ring3FileChannel truncate(long size) throws IOException {
        requireOpen();
        Arguments.requireNotNegative(size, "size");
        requireWritable();
        synchronized (positionLock) {
            return interruptibly(() -> {
                if (size < sizeBytes()) {
                    setSize(size);
                }
                position = Math.min(position, size);
                return this;
            });
        }
    }

    private void setSize(long size) {
        session.vfs().attributes().set(session.caller(), file.node(), AttrChange.NONE.withSize(size), file);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        interruptibly(() -> {
            files().sync(file, !metaData);
            return true;
        });
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
        requireOpen();
        Transfers.requireOpen(target);
        requireReadable();
        Transfers.requireWritable(target);
        Arguments.requireNotNegative(at, "position");
        Arguments.requireNotNegative(count, "count");
        return Transfers.to(this, at, Math.max(0, Math.min(count, size() - at)), target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
        requireOpen();
        Transfers.requireOpen(source);
        requireWritable();
        Transfers.requireReadable(source);
        Arguments.requireNotNegative(at, "position");
        Arguments.requireNotNegative(count, "count");
        return at > size() ? 0 : Transfers.from(source, this, at, count);
    }

    /** Whether a range of another channel can be taken over without going through memory of ours. */
    boolean takesFrom(Ring3FileChannel source) {
        return session.vfs() == source.session.vfs()
                && flags.write()
                && !flags.append()
                && !file.node().equals(source.file.node());
    }

    /** Shares or copies a range of another channel; see {@link Files#copyRange}. */
    long take(Ring3FileChannel source, long sourceOffset, long at, long count) throws IOException {
        return interruptibly(() -> files().copyRange(session.caller(), source.file, sourceOffset, file, at, count));
    }

    /** The same to the position, which moves. */
    long takeHere(Ring3FileChannel source, long sourceOffset, long count) throws IOException {
        synchronized (positionLock) {
            long taken = take(source, sourceOffset, position, count);
            position += taken;
            return taken;
        }
    }

    /** The same from the position of the source, which moves. */
    long takeThere(Ring3FileChannel source, long at, long count) throws IOException {
        synchronized (source.positionLock) {
            long taken = take(source, source.position, at, count);
            source.position += taken;
            return taken;
        }
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) {
        throw new UnsupportedOperationException("mapped buffers are made by the JDK alone; there is map(..., Arena)");
    }

    /** A copy of the content, made now: what is written later is not seen in it. READ_WRITE is not supported. */
    @Override
    public MemorySegment map(MapMode mode, long at, long size, Arena arena) throws IOException {
        requireOpen();
        return Mapping.of(this, mode, at, size, arena);
    }

    /** Reads a whole segment, zeros behind the end of the file; makes the file longer first, if it has to be. */
    MemorySegment readWhole(long at, MemorySegment into) throws IOException {
        return interruptibly(() -> {
            if (sizeBytes() < at + into.byteSize()) {
                setSize(at + into.byteSize());
            }
            files().read(session.caller(), file, at, into);
            return into;
        });
    }

    /** Waits without closing the channel where the thread is interrupted. */
    @Override
    public FileLock lock(long at, long size, boolean shared) throws IOException {
        return lockFor(null, at, size, shared);
    }

    /** The same for an asynchronous channel, if there is one. */
    FileLock lockFor(@Nullable AsynchronousFileChannel asynchronous, long at, long size, boolean shared)
            throws IOException {
        requireLockable(at, size, shared);
        ChannelLock lock = ChannelLock.of(this, asynchronous, at, size, shared);
        session.locks().lock(lock);
        return lock;
    }

    @Override
    public @Nullable FileLock tryLock(long at, long size, boolean shared) throws IOException {
        return tryLockFor(null, at, size, shared);
    }

    @Nullable
    FileLock tryLockFor(@Nullable AsynchronousFileChannel asynchronous, long at, long size, boolean shared)
            throws IOException {
        requireLockable(at, size, shared);
        ChannelLock lock = ChannelLock.of(this, asynchronous, at, size, shared);
        return interruptibly(() -> session.locks().tryLock(lock)) ? lock : null;
    }

    private void requireLockable(long at, long size, boolean shared) throws IOException {
        requireOpen();
        if (shared) {
            requireReadable();
        } else {
            requireWritable();
        }
        Arguments.requireNotNegative(at, "position");
        Arguments.requireNotNegative(size, "size");
        Arguments.requireNotNegative(at + size, "end");
    }

    @Override
    protected void implCloseChannel() throws IOException {
        session.forget(this);
        session.locks().releaseAll(this);
        files().close(file);
        whenClosed.close();
    }
}
