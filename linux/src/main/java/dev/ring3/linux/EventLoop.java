package dev.ring3.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One thread that waits for any number of descriptors and for deadlines, by {@code epoll(7)}.
 *
 * <p>Descriptors are added, changed and removed from any thread; the kernel sees to that. Each event disarms its
 * registration, which its handler arms again, so a handler runs on the loop's thread and never twice at once. A
 * registration holds its handler, and so whatever the handler holds, until it is removed. Handlers must not wait.
 */
final class EventLoop implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("dev.ring3.linux");
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int NONBLOCK = 04000;
    private static final int EVENTS_MAX = 128;
    private static final long FOREVER = -1;
    private static final long WAKE_TOKEN = 0;
    private static final long SIGNAL_SET_BYTES = 8;

    /** Differences of {@link System#nanoTime} can be sorted; its values cannot. */
    private static final long START_NANOS = System.nanoTime();

    /** What is to be done when a descriptor is ready. */
    interface Handler {
        /** @param events of {@link EpollLayout} */
        void ready(int events);

        /** The loop is closed: there will be no event. */
        void cancelled();
    }

    private final SystemCalls calls;
    private final EpollLayout layout = EpollLayout.of(Architecture.host());
    private final OwnedDescriptor epoll;
    private final OwnedDescriptor wake;
    private final Map<Long, Registration> registrations = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong(WAKE_TOKEN);
    private final Thread thread;

    private final ReentrantLock timersLock = new ReentrantLock();
    private final NavigableSet<Timer> timers = // timersLock
            new TreeSet<>(Comparator.comparingLong(Timer::sortNanos).thenComparingLong(Timer::number));
    private volatile boolean closed;

    /** Opens one with a daemon thread of its own. */
    EventLoop(SystemCalls calls, String name) {
        this.calls = calls;
        try (CallMemory memory = CallMemory.open()) {
            long fd = calls.call(memory, SystemCall.EPOLL_CREATE1, CLOSE_ON_EXEC);
            this.epoll = new OwnedDescriptor(calls, (int) LinuxException.require(fd, "epoll_create1", name), name);
            long event = calls.call(memory, SystemCall.EVENTFD2, 0, CLOSE_ON_EXEC | NONBLOCK);
            if (event < 0) {
                epoll.close();
            }
            this.wake = new OwnedDescriptor(calls, (int) LinuxException.require(event, "eventfd2", name), name);
        }
        wake.use(fd -> {
            control(EpollLayout.CTL_ADD, fd, EpollLayout.IN, WAKE_TOKEN, name);
            return fd;
        });
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
        thread.start();
    }

    /** A moment, in {@link System#nanoTime}, and what is due then. */
    record Timer(long atNanos, long sortNanos, long number, Runnable action) {}

    /**
     * A descriptor that is waited for, which is not closed before it is removed here: its number may be one of several for
     * the same open file, and the kernel forgets a registration only when the last of them is closed.
     */
    final class Registration {
        private final OwnedDescriptor descriptor;
        private final int fd;
        private final Handler handler;
        private final long token;
        private boolean removed; // monitor

        private Registration(OwnedDescriptor descriptor, Handler handler, long token) {
            this.descriptor = descriptor;
            this.fd = descriptor.acquire();
            this.handler = handler;
            this.token = token;
        }

        /** Waits once for events; if they are there already, the handler runs soon. */
        synchronized void arm(int events) {
            if (!removed) {
                control(EpollLayout.CTL_MOD, fd, events | EpollLayout.ONE_SHOT, token, descriptor.object());
            }
        }

        /** Ends it. A handler that runs at this moment runs to its end. Idempotent. */
        synchronized void remove() {
            if (removed) {
                return;
            }
            removed = true;
            registrations.remove(token);
            try {
                control(EpollLayout.CTL_DEL, fd, 0, token, descriptor.object());
            } catch (IllegalStateException loopClosed) {
                // Then there is nothing to be removed from.
            } finally {
                descriptor.release();
            }
        }
    }

    /**
     * Registers a descriptor, and waits once for events or a hang-up.
     *
     * @throws LinuxException with {@link Errno#EPERM} for files that are always ready, {@link Errno#ENOSPC} past the
     *     user's limit
     * @throws IllegalStateException if the descriptor or the loop is closed
     */
    Registration add(OwnedDescriptor descriptor, Handler handler, int events) {
        if (closed) {
            throw new IllegalStateException(epoll.object() + " is closed");
        }
        Registration registration = new Registration(descriptor, handler, tokens.incrementAndGet());
        registrations.put(registration.token, registration);
        try {
            control(
                    EpollLayout.CTL_ADD,
                    registration.fd,
                    events | EpollLayout.ONE_SHOT,
                    registration.token,
                    descriptor.object());
        } catch (RuntimeException e) {
            registrations.remove(registration.token);
            descriptor.release();
            throw e;
        }
        if (closed && registrations.containsKey(registration.token)) {
            registration.remove();
            throw new IllegalStateException(epoll.object() + " is closed");
        }
        return registration;
    }

    /** Runs something on the loop's thread after a while. */
    Timer schedule(long delayNanos, Runnable action) {
        long at = System.nanoTime() + delayNanos;
        Timer timer = new Timer(at, at - START_NANOS, tokens.incrementAndGet(), action);
        timersLock.lock();
        try {
            timers.add(timer);
        } finally {
            timersLock.unlock();
        }
        wakeUp();
        return timer;
    }

    /** Forgets what was scheduled, if it has not begun. */
    void cancel(Timer timer) {
        timersLock.lock();
        try {
            timers.remove(timer);
        } finally {
            timersLock.unlock();
        }
    }

    int registered() {
        return registrations.size();
    }

    private void control(int operation, int fd, int events, long token, String object) {
        int loop = epoll.acquire();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment event = memory.allocate(layout.bytes(), Integer.BYTES);
            layout.encode(event, events, token);
            long result = calls.call(memory, SystemCall.EPOLL_CTL, loop, operation, fd, event.address());
            LinuxException.require(result, "epoll_ctl", object);
        } finally {
            epoll.release();
        }
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocate((long) EVENTS_MAX * layout.bytes(), Long.BYTES);
            while (!closed) {
                long count = await(events);
                for (int i = 0; i < count; i++) {
                    dispatch(layout.token(events, i), layout.events(events, i));
                }
                due().forEach(timer -> guarded(timer.action()));
            }
        }
        epoll.close();
        wake.close();
        List<Registration> left = new ArrayList<>(registrations.values());
        left.forEach(registration -> {
            registration.remove();
            guarded(registration.handler::cancelled);
        });
    }

    private long await(MemorySegment events) {
        long timeout = timeoutMillis();
        int loop = epoll.acquire();
        try (CallMemory memory = CallMemory.open()) {
            long count = calls.call(
                    memory, SystemCall.EPOLL_PWAIT, loop, events.address(), EVENTS_MAX, timeout, 0, SIGNAL_SET_BYTES);
            return count == -Errno.EINTR.number() ? 0 : LinuxException.require(count, "epoll_pwait", epoll.object());
        } finally {
            epoll.release();
        }
    }

    private void dispatch(long token, int events) {
        if (token == WAKE_TOKEN) {
            drain();
            return;
        }
        Registration registration = registrations.get(token);
        if (registration != null) {
            guarded(() -> registration.handler.ready(events));
        }
    }

    /** The loop outlives what others run on it; a defect there is told and ends nothing. */
    private static void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.ERROR, "a handler of the reactor failed", e);
        }
    }

    private List<Timer> due() {
        List<Timer> due = new ArrayList<>();
        long now = System.nanoTime();
        timersLock.lock();
        try {
            while (!timers.isEmpty() && timers.first().atNanos - now <= 0) {
                due.add(timers.removeFirst());
            }
        } finally {
            timersLock.unlock();
        }
        return due;
    }

    private long timeoutMillis() {
        timersLock.lock();
        try {
            if (timers.isEmpty()) {
                return FOREVER;
            }
            long nanos = Math.max(0, timers.first().atNanos - System.nanoTime());
            // Up to the next millisecond, so that it is due then.
            return Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
        } finally {
            timersLock.unlock();
        }
    }

    private void wakeUp() {
        wake.use(fd -> {
            try (CallMemory memory = CallMemory.open()) {
                MemorySegment one = memory.allocate(Long.BYTES, Long.BYTES);
                one.set(ValueLayout.JAVA_LONG, 0, 1);
                return calls.call(memory, SystemCall.WRITE, fd, one.address(), Long.BYTES);
            }
        });
    }

    private void drain() {
        wake.use(fd -> {
            try (CallMemory memory = CallMemory.open()) {
                return calls.call(
                        memory, SystemCall.READ, fd, memory.allocate(Long.BYTES).address(), Long.BYTES);
            }
        });
    }

    /** Ends the thread; what still waits is cancelled. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            wakeUp();
        } catch (IllegalStateException endingAlready) {
            // An event woke it before.
        }
        if (Thread.currentThread() != thread) {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
