package dev.ring3.linux;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * This process's end of a pipe. Its descriptor does not block; who has to wait, waits on a future that the reactor's
 * thread completes, so virtual threads may use it. One thread at a time reads or writes; closing wakes it.
 */
abstract sealed class PipeEnd extends AbstractInterruptibleChannel permits PipeSource, PipeSink {
    private static final int F_SETFL = 4;
    private static final int NONBLOCK = 04000;

    private final RawFile file;
    private final EventLoop loop;
    private final int events;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile EventLoop.@Nullable Registration registration; // written under lock
    private volatile CompletableFuture<Void> ready = new CompletableFuture<>();

    PipeEnd(RawFile file, EventLoop loop, int events) {
        this.file = file;
        this.loop = loop;
        this.events = events;
        try (CallMemory memory = CallMemory.open()) {
            long result = file.owned().use(fd -> file.calls().call(memory, SystemCall.FCNTL, fd, F_SETFL, NONBLOCK));
            LinuxException.require(result, "fcntl(F_SETFL)", file.owned().object());
        }
    }

    /** One try: how many bytes, or minus an errno. */
    interface Attempt {
        long run(SystemCalls calls, CallMemory memory, int fd);
    }

    /** Tries until something was done, waiting in between. */
    final long untilDone(Attempt attempt) throws IOException {
        lock.lock();
        boolean completed = false;
        try {
            begin();
            while (isOpen()) {
                long result = tryOnce(attempt);
                if (result == -Errno.EAGAIN.number()) {
                    await();
                } else if (result != -Errno.EINTR.number()) {
                    completed = true;
                    LinuxException.require(result, "transfer", file.owned().object());
                    return result;
                }
            }
            throw new ClosedChannelException();
        } catch (LinuxException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalStateException closed) {
            throw new AsynchronousCloseException();
        } finally {
            try {
                removeIfClosed(); // who closed it may have come before the registration was there to be seen
                end(completed);
            } finally {
                lock.unlock();
            }
        }
    }

    private long tryOnce(Attempt attempt) {
        int fd = file.owned().acquire();
        try (CallMemory memory = CallMemory.open()) {
            return attempt.run(file.calls(), memory, fd);
        } finally {
            file.owned().release();
        }
    }

    private void await() throws IOException {
        CompletableFuture<Void> next = new CompletableFuture<>();
        ready = next;
        EventLoop.Registration existing = registration;
        if (existing == null) {
            registration = loop.add(file.owned(), new Waker(), events);
        } else {
            existing.arm(events);
        }
        if (!isOpen()) {
            return; // closed before it was known what to wake
        }
        try {
            next.get();
        } catch (InterruptedException e) {
            // The channel's own interruption has closed it; end() says so.
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new AsynchronousCloseException();
        }
    }

    private final class Waker implements EventLoop.Handler {
        @Override
        public void ready(int seen) {
            ready.complete(null);
        }

        @Override
        public void cancelled() {
            ready.complete(null);
        }
    }

    @Override
    protected final void implCloseChannel() {
        file.close();
        ready.complete(null);
        removeIfClosed();
    }

    private void removeIfClosed() {
        EventLoop.Registration existing = registration;
        if (existing != null && !isOpen()) {
            existing.remove();
        }
    }
}
