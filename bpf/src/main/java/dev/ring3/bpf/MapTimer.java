package dev.ring3.bpf;

import dev.ring3.bpf.map.HelperErrors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A timer in a map value: what it calls, and whether it is to. Thread-safe. */
final class MapTimer {
    /** Runs a callback on the thread for them. */
    interface Call {
        void run(MapTimer timer, BpfProgram program, long function);
    }

    private final MapBase map;
    private final long value;
    private final boolean realTime;
    private @Nullable BpfProgram program; // all of these: guarded by this
    private long function;
    private @Nullable Future<?> started;
    private long starts; // so that a task knows whether it was started last
    private boolean ended;
    private @Nullable Thread runner;

    MapTimer(MapBase map, long value, boolean realTime) {
        this.map = map;
        this.value = value;
        this.realTime = realTime;
    }

    MapBase map() {
        return map;
    }

    /** The address of the value that it is in. */
    long value() {
        return value;
    }

    boolean isRealTime() {
        return realTime;
    }

    synchronized void set(BpfProgram owner, long callback) {
        program = owner;
        function = callback;
    }

    /** Starts it, or starts it anew; 0 or a negative errno. */
    synchronized int start(Function<Runnable, Future<?>> schedule, Call call) {
        if (program == null || ended) {
            return HelperErrors.EINVAL;
        }
        forgetStartLocked();
        long start = starts;
        started = schedule.apply(() -> fire(start, call));
        return 0;
    }

    private void forgetStartLocked() {
        starts++;
        if (started != null) {
            started.cancel(false);
            started = null;
        }
    }

    private void fire(long start, Call call) {
        BpfProgram owner;
        long callback;
        synchronized (this) {
            owner = program;
            callback = function;
            if (start != starts || ended || owner == null) {
                return;
            }
            started = null;
            runner = Thread.currentThread();
        }
        try {
            call.run(this, owner, callback);
        } finally {
            synchronized (this) {
                runner = null;
            }
        }
    }

    /** Has it call nothing any more until it is set and started again; whether it was started. */
    synchronized boolean stop() {
        boolean wasStarted = started != null;
        forgetStartLocked();
        program = null;
        return wasStarted;
    }

    /** Has it never call anything any more. */
    synchronized void end() {
        ended = true;
        boolean _ = stop();
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    synchronized boolean isRunning() {
        return runner != null;
    }

    synchronized boolean runsOn(Thread thread) {
        return thread.equals(runner);
    }
}
