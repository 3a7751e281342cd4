package dev.ring3.bpf;

import dev.ring3.bpf.engine.Engine;
import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The timers in map values of a runtime. A {@code struct bpf_timer} is a place in a value and nothing else: a timer is
 * found by its address, so what programs write there is of no consequence.
 *
 * <p>Callbacks run one after the other on one thread, which is there once a timer was started. A timer ends with its
 * value, its map or its program, and {@link #close} waits for the callback that runs.
 */
final class Timers {
    private static final int CLOCKS_MAX = 16;
    private static final int CLOCK_REALTIME = 0;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;
    private static final long ABSOLUTE = 1;
    private static final long ON_THIS_PROCESSOR = 2;

    /** How long {@code bpf_timer_cancel} waits for a callback, which may itself wait for what the caller has. */
    private static final long CANCEL_WAIT_NANOS = 1_000_000_000;

    private static final long WAIT_STEP_NANOS = 100_000;

    private final BpfRuntime runtime;
    private final Map<Long, MapTimer> byAddress = new ConcurrentHashMap<>();
    private final Map<BpfProgram, CallbackRun> runs = new ConcurrentHashMap<>(); // changed by the thread of callbacks
    private @Nullable ScheduledThreadPoolExecutor executor; // guarded by this
    private boolean closed; // guarded by this

    Timers(BpfRuntime runtime) {
        this.runtime = runtime;
    }

    /** 0 or a negative errno. */
    int init(long address, MapBase map, long value, long flags) {
        if (flags < 0
                || flags >= CLOCKS_MAX
                || (flags != CLOCK_REALTIME && flags != CLOCK_MONOTONIC && flags != CLOCK_BOOTTIME)) {
            return HelperErrors.EINVAL;
        }
        if (map.isClosed()) {
            return HelperErrors.EPERM;
        }
        MapTimer timer = new MapTimer(map, value, flags == CLOCK_REALTIME);
        return byAddress.putIfAbsent(address, timer) == null ? 0 : HelperErrors.EBUSY;
    }

    /** 0 or a negative errno. */
    int setCallback(long address, Engine.Executable code, long function) {
        MapTimer timer = byAddress.get(address);
        BpfProgram program = runtime.programOf(code);
        if (timer == null || program == null) {
            return HelperErrors.EINVAL;
        }
        timer.set(program, function);
        return 0;
    }

    /** 0 or a negative errno. */
    int start(long address, long nanos, long flags) {
        MapTimer timer = byAddress.get(address);
        if ((flags & ~(ABSOLUTE | ON_THIS_PROCESSOR)) != 0 || timer == null) {
            return HelperErrors.EINVAL;
        }
        long now = timer.isRealTime() ? ClockHelpers.realNanos() : ClockHelpers.monotonicNanos();
        long delay = (flags & ABSOLUTE) == 0 ? nanos : nanos - now;
        ScheduledThreadPoolExecutor thread = executor();
        return thread == null
                ? HelperErrors.EPERM
                : timer.start(task -> thread.schedule(task, Math.max(0, delay), TimeUnit.NANOSECONDS), this::fire);
    }

    private synchronized @Nullable ScheduledThreadPoolExecutor executor() {
        if (executor == null && !closed) {
            executor = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "ring3-bpf-timers");
                thread.setDaemon(true);
                return thread;
            });
            executor.setRemoveOnCancelPolicy(true);
        }
        return closed ? null : executor;
    }

    /** 1 if the timer was to run, 0 if not, or a negative errno; afterwards its callback does not run. */
    int cancel(HostCalls call, long address) {
        MapTimer timer = byAddress.get(address);
        if (timer == null) {
            return HelperErrors.EINVAL;
        }
        if (timer.runsOn(Thread.currentThread())) {
            return HelperErrors.EDEADLK;
        }
        boolean wasStarted = timer.stop();
        long deadline = System.nanoTime() + CANCEL_WAIT_NANOS;
        while (timer.isRunning()) {
            if (call.isCancelled() || System.nanoTime() - deadline > 0) {
                return HelperErrors.EDEADLK;
            }
            LockSupport.parkNanos(WAIT_STEP_NANOS);
        }
        return wasStarted ? 1 : 0;
    }

    /** The value ends in which a timer may be. */
    void ended(long address) {
        MapTimer timer = byAddress.remove(address);
        if (timer != null) {
            timer.end();
        }
    }

    /** Ends the timers in a map. */
    void ended(MapBase map) {
        byAddress.values().removeIf(timer -> {
            boolean isInMap = timer.map().equals(map);
            if (isInMap) {
                timer.end();
            }
            return isInMap;
        });
    }

    /** Runs on the thread of callbacks. */
    private void fire(MapTimer timer, BpfProgram program, long function) {
        if (program.isClosed()) {
            return;
        }
        try {
            CallbackRun run = runs.computeIfAbsent(program, CallbackRun::new);
            run.run(timer, function);
        } catch (BpfFault fault) {
            runtime.host().timerFailed(fault);
        } catch (IllegalStateException | BpfMemoryException e) {
            runtime.host().timerFailed(e); // the program was closed meanwhile, or there is no memory for its stack
        }
        runs.keySet().removeIf(known -> known.isClosed() && free(known));
    }

    private boolean free(BpfProgram program) {
        CallbackRun run = runs.get(program);
        if (run != null) {
            run.close();
        }
        return true;
    }

    /** Ends all timers, and waits for the callback that runs, unless this is called from it. */
    void close() {
        ScheduledThreadPoolExecutor thread;
        synchronized (this) {
            closed = true;
            thread = executor;
        }
        byAddress.values().forEach(MapTimer::end);
        byAddress.clear();
        if (thread == null) {
            return;
        }
        runs.values().forEach(CallbackRun::cancel);
        thread.execute(() -> {
            runs.values().forEach(CallbackRun::close);
            runs.clear();
        });
        thread.shutdown();
        if (!Thread.currentThread().getName().equals("ring3-bpf-timers")) {
            awaitEnd(thread);
        }
    }

    private static void awaitEnd(ScheduledThreadPoolExecutor thread) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (thread.awaitTermination(1, TimeUnit.SECONDS)) {
                        return;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
