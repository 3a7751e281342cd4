package dev.ring3.linux;

import dev.ring3.linux.Pidfd.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A process that {@link Spawn} started. The reactor takes its exit status when it ends, whether or not somebody waits,
 * so that no zombie stays. Closing lets go of it and closes its channels; it does not end it. Thread-safe.
 */
public final class Child implements AutoCloseable {
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Pidfd pidfd;
    private final Channels channels;
    private final Grouping grouping;
    private final Optional<Path> cgroup;
    private final EventLoop loop;
    private final CompletableFuture<ExitStatus> exit;
    private volatile boolean timedOut;
    private boolean closed; // monitor
    private boolean ended; // monitor

    /** This process's ends of pipes; null where it is another redirection. */
    record Channels(
            @Nullable PipeSink stdin,
            @Nullable PipeSource stdout,
            @Nullable PipeSource stderr) {}

    Child(Pidfd pidfd, PidfdReactor reactor, Channels channels, Spawn spawn) {
        this.pidfd = pidfd;
        this.channels = channels;
        this.grouping = spawn.grouping();
        this.cgroup = spawn.cgroup();
        this.loop = reactor.loop();
        CompletableFuture<ExitStatus> status = reactor.watch(pidfd, State.ZOMBIE)
                .thenCompose(state -> status(reactor, state))
                .whenComplete((_, _) -> ended());
        spawn.deadline().ifPresent(after -> {
            EventLoop.Timer timer = loop.schedule(after.toNanos(), this::deadline);
            var _ = status.whenComplete((_, _) -> loop.cancel(timer));
        });
        this.exit = status;
    }

    /** Takes the status; where the process's parent ignores such signals, the kernel did. */
    private CompletableFuture<ExitStatus> status(PidfdReactor reactor, State state) {
        try {
            Optional<ExitStatus> taken = state == State.REAPED ? Optional.empty() : pidfd.tryReap();
            if (taken.isPresent()) {
                return CompletableFuture.completedFuture(taken.get());
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ECHILD) {
                return CompletableFuture.failedFuture(e);
            }
        }
        return reactor.watch(pidfd, State.REAPED)
                .thenApply(_ -> pidfd.exitStatus().orElseThrow(PidfdCalls::noExitStatus));
    }

    private void deadline() {
        if (!exit.isDone()) {
            timedOut = true;
            killTree();
        }
    }

    private void ended() {
        boolean last;
        synchronized (this) {
            ended = true;
            last = closed;
        }
        if (last) {
            pidfd.close();
        }
    }

    /** Its number, until it has ended. */
    public long pid() {
        return pidfd.pid();
    }

    /** A handle of its own, which the caller closes. */
    public Pidfd handle() {
        SystemCalls calls = pidfd.kernel().calls();
        try (CallMemory memory = CallMemory.open()) {
            long fd = pidfd.owned().use(own -> calls.call(memory, SystemCall.FCNTL, own, F_DUPFD_CLOEXEC, 0));
            LinuxException.require(fd, "fcntl(F_DUPFD_CLOEXEC)", pidfd.toString());
            return new Pidfd(calls, (int) fd, pidfd.pid());
        }
    }

    /** Completes with how it ended, on the reactor's thread: what hangs on it must not wait. */
    public CompletableFuture<ExitStatus> exit() {
        return exit.copy();
    }

    /** Waits until it has ended. */
    public ExitStatus await() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("the reactor failed", e.getCause());
        }
    }

    /** Whether its deadline passed, and it was killed for it. */
    public boolean timedOut() {
        return timedOut;
    }

    /**
     * What it reads.
     *
     * @throws IllegalStateException if its input is no pipe
     */
    public WritableByteChannel stdin() {
        return present(channels.stdin, "input");
    }

    /**
     * What it writes.
     *
     * @throws IllegalStateException if its output is no pipe
     */
    public ReadableByteChannel stdout() {
        return present(channels.stdout, "output");
    }

    /**
     * What it complains.
     *
     * @throws IllegalStateException if its error output is no pipe
     */
    public ReadableByteChannel stderr() {
        return present(channels.stderr, "error output");
    }

    private <T> T present(@Nullable T channel, String name) {
        if (channel == null) {
            throw new IllegalStateException("the %s of %s is no pipe".formatted(name, pidfd));
        }
        return channel;
    }

    /** Sends it a signal; nothing happens if it has ended. */
    public void signal(Signal signal) {
        try {
            pidfd.signal(signal);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /**
     * Kills it and what it started: all of its control group, if it was given one, or of its session or process group.
     * Nothing happens if all have ended.
     */
    public void killTree() {
        if (cgroup.isPresent()) {
            ProcessTrees.killCgroup(pidfd.kernel().calls(), cgroup.get());
            return;
        }
        switch (grouping) {
            case NONE -> signal(Signal.KILL);
            case PROCESS_GROUP -> ProcessTrees.killGroup(pidfd);
            case SESSION -> ProcessTrees.killSession(pidfd);
        }
    }

    @Override
    public void close() {
        boolean last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            last = ended;
        }
        close(channels.stdin);
        close(channels.stdout);
        close(channels.stderr);
        if (last) {
            pidfd.close();
        }
    }

    private static void close(@Nullable PipeEnd end) {
        if (end != null) {
            try {
                end.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String toString() {
        return pidfd.toString();
    }
}
