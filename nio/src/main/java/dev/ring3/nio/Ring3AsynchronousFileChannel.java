package dev.ring3.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** A channel whose operations run on the threads of an executor; of the file system's own, if none is given. */
final class Ring3AsynchronousFileChannel extends AsynchronousFileChannel {
    private final Ring3FileChannel channel;
    private final Executor executor;

    private Ring3AsynchronousFileChannel(Ring3FileChannel channel, Executor executor) {
        this.channel = channel;
        this.executor = executor;
    }

    static Ring3AsynchronousFileChannel over(Ring3FileChannel channel, @Nullable Executor executor) {
        return new Ring3AsynchronousFileChannel(
                channel, executor == null ? channel.session().executor() : executor);
    }

    private <T> Future<T> submit(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        executor.execute(task);
        return task;
    }

    private <T, A extends @Nullable Object> void submit(
            Callable<T> work, A attachment, CompletionHandler<T, ? super A> handler) {
        executor.execute(() -> {
            T result;
            try {
                result = work.call();
            } catch (Exception e) {
                handler.failed(e, attachment);
                return;
            }
            handler.completed(result, attachment);
        });
    }

    private void requireReadable(ByteBuffer into, long position) {
        Arguments.requireNotNegative(position, "position");
        Arguments.requireChangeable(into);
        if (!channel.isReadable()) {
            throw new NonReadableChannelException();
        }
    }

    private void requireWritable(long position) {
        Arguments.requireNotNegative(position, "position");
        if (!channel.isWritable()) {
            throw new NonWritableChannelException();
        }
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public AsynchronousFileChannel truncate(long size) throws IOException {
        channel.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        channel.force(metaData);
    }

    @Override
    public <A extends @Nullable Object> void read(
            ByteBuffer into, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
        requireReadable(into, position);
        submit(() -> channel.read(into, position), attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer into, long position) {
        requireReadable(into, position);
        return submit(() -> channel.read(into, position));
    }

    @Override
    public <A extends @Nullable Object> void write(
            ByteBuffer from, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
        requireWritable(position);
        submit(() -> channel.write(from, position), attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer from, long position) {
        requireWritable(position);
        return submit(() -> channel.write(from, position));
    }

    @Override
    public <A extends @Nullable Object> void lock(
            long position, long size, boolean shared, A attachment, CompletionHandler<FileLock, ? super A> handler) {
        requireLockable(shared);
        submit(() -> channel.lockFor(this, position, size, shared), attachment, handler);
    }

    @Override
    public Future<FileLock> lock(long position, long size, boolean shared) {
        requireLockable(shared);
        return submit(() -> channel.lockFor(this, position, size, shared));
    }

    private void requireLockable(boolean shared) {
        if (shared && !channel.isReadable()) {
            throw new NonReadableChannelException();
        }
        if (!shared && !channel.isWritable()) {
            throw new NonWritableChannelException();
        }
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return channel.tryLockFor(this, position, size, shared);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
