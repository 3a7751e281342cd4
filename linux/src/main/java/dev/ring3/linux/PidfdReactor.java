package dev.ring3.linux;

import dev.ring3.linux.Pidfd.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Awaits the ends of any number of processes, children or not, with one thread. Thread-safe.
 *
 * <p>Futures complete on that thread, so what hangs on them must not wait; the {@code ...Async} methods of
 * {@link CompletableFuture} take it elsewhere. A virtual thread may {@code join} them. A handle that is awaited is kept
 * from the cleaner; if it is closed, or the reactor is, its futures are cancelled.
 */
public final class PidfdReactor implements AutoCloseable {
    /** How often it is looked whether a process is reaped, on kernels that do not say (before Linux 6.9). */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EventLoop loop;
    private final boolean isShared;

    /** By identity of the handle, of which there may be several for one process. */
    private final Map<OwnedDescriptor, Watch> watches = new ConcurrentHashMap<>();

    private PidfdReactor(SystemCalls calls, String name, boolean isShared) {
        this.loop = new EventLoop(calls, name);
        this.isShared = isShared;
    }

    private static final class Shared {
        private static final PidfdReactor INSTANCE =
                new PidfdReactor(HostSystemCalls.get(), "ring3-pidfd-reactor", true);
    }

    /**
     * The one that handles use by themselves; starts with its first use, and is never closed.
     *
     * @throws UnsupportedHostException if no system calls of Linux can be made
     */
    public static PidfdReactor shared() {
        HostSystemCalls.get(); // whose refusal is better than that of a class that failed to load
        return Shared.INSTANCE;
    }

    /** One of its own, with a thread of its own. */
    public static PidfdReactor open() {
        return open(HostSystemCalls.get());
    }

    static PidfdReactor open(SystemCalls calls) {
        return new PidfdReactor(calls, "ring3-pidfd-reactor-own", false);
    }

    /**
     * Completes when a process is in a state, or past it.
     *
     * @param until {@link State#ZOMBIE} when it has ended, {@link State#REAPED} when its status was taken as well
     * @return the state that was seen; cancelled if the handle or the reactor is closed first
     */
    public CompletableFuture<State> watch(Pidfd pidfd, State until) {
        if (until == State.RUNNING) {
            return CompletableFuture.completedFuture(pidfd.state());
        }
        pidfd.watchedBy(this);
        while (true) {
            Watch watch = watches.computeIfAbsent(pidfd.owned(), _ -> new Watch(pidfd));
            CompletableFuture<State> future = new CompletableFuture<>();
            if (watch.add(until, future)) {
                return future;
            }
            // That one ended between the two lines; the next look finds a new one.
        }
    }

    /** Cancels what waits on a handle that is being closed. */
    void forget(OwnedDescriptor descriptor) {
        Watch watch = watches.get(descriptor);
        if (watch != null) {
            watch.cancelled();
        }
    }

    /** How many handles are awaited. */
    public int watchedCount() {
        return watches.size();
    }

    EventLoop loop() {
        return loop;
    }

    /**
     * Cancels everything and ends the thread.
     *
     * @throws IllegalStateException if it is the shared one
     */
    @Override
    public void close() {
        if (isShared) {
            throw new IllegalStateException("the shared reactor is everybody's");
        }
        loop.close();
    }

    /** One handle and the futures that wait for it. Its monitor guards its fields; nothing is completed inside. */
    private final class Watch implements EventLoop.Handler {
        private final Pidfd pidfd;
        private final List<CompletableFuture<State>> untilExit = new ArrayList<>();
        private final List<CompletableFuture<State>> untilReaped = new ArrayList<>();
        private EventLoop.@Nullable Registration registration;
        private boolean ended;

        private Watch(Pidfd pidfd) {
            this.pidfd = pidfd;
        }

        /** False if this watch is over, and another has to be made. */
        private boolean add(State until, CompletableFuture<State> future) {
            synchronized (this) {
                if (ended) {
                    return false;
                }
                List<CompletableFuture<State>> futures = until == State.ZOMBIE ? untilExit : untilReaped;
                futures.add(future);
                try {
                    arm();
                } catch (RuntimeException e) {
                    futures.removeLast(); // the monitor was held since it was added
                    if (registration == null) {
                        end(); // others that wait already are told by whoever closes
                    }
                    throw e;
                }
            }
            if (pidfd.owned().isClosed()) {
                cancelled(); // it may have been closed before it was found here
            }
            return true;
        }

        /** Asks for an exit if somebody waits for that, and otherwise for a hang-up, which is always told. */
        private void arm() {
            int events = untilExit.isEmpty() ? 0 : EpollLayout.IN;
            EventLoop.Registration existing = registration;
            if (existing == null) {
                registration = loop.add(pidfd.owned(), this, events);
            } else {
                existing.arm(events);
            }
        }

        private void end() {
            ended = true;
            EventLoop.Registration existing = registration;
            if (existing != null) {
                existing.remove();
            }
            // Last, for as soon as it is gone from here another watch may register the same descriptor.
            watches.remove(pidfd.owned(), this);
        }

        @Override
        public void ready(int events) {
            boolean reaped = (events & EpollLayout.HUP) != 0;
            List<CompletableFuture<State>> done = new ArrayList<>();
            synchronized (this) {
                if (ended) {
                    return;
                }
                done.addAll(untilExit);
                untilExit.clear();
                if (reaped) {
                    done.addAll(untilReaped);
                    untilReaped.clear();
                }
                if (untilReaped.isEmpty()) {
                    end();
                } else {
                    awaitReaping();
                }
            }
            State state = reaped ? State.REAPED : State.ZOMBIE;
            done.forEach(future -> future.complete(state));
        }

        private void awaitReaping() {
            try {
                if (pidfd.tellsReaping()) {
                    arm();
                } else {
                    loop.schedule(LOOK_NANOS, this::look);
                }
            } catch (IllegalStateException closedMeanwhile) {
                // Whoever closed the handle cancels what waits for it, as soon as this monitor is free.
            }
        }

        /** In place of a hang-up. */
        private void look() {
            try {
                boolean reaped = pidfd.state() == State.REAPED;
                ready(reaped ? EpollLayout.HUP : EpollLayout.IN);
            } catch (IllegalStateException closedMeanwhile) {
                cancelled();
            }
        }

        @Override
        public void cancelled() {
            List<CompletableFuture<State>> done = new ArrayList<>();
            synchronized (this) {
                if (ended) {
                    return;
                }
                done.addAll(untilExit);
                done.addAll(untilReaped);
                end();
            }
            CancellationException reason = new CancellationException(pidfd + " was closed");
            done.forEach(future -> future.completeExceptionally(reason));
        }
    }
}
