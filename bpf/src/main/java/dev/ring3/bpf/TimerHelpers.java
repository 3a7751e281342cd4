package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.ValueFormat;

/** The kernel's helpers for timers in map values ({@code kernel/bpf/helpers.c}), see {@link Timers}. */
final class TimerHelpers {
    private static final int INIT = 169;
    private static final int SET_CALLBACK = 170;
    private static final int START = 171;
    private static final int CANCEL = 172;

    private TimerHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = Helpers.with(functions, INIT, TimerHelpers::init);
        all = Helpers.with(all, SET_CALLBACK, TimerHelpers::setCallback);
        all = Helpers.with(all, START, TimerHelpers::start);
        return Helpers.with(all, CANCEL, TimerHelpers::cancel);
    }

    private static Timers timers(HostCall call) {
        return Helpers.runtime(call).timers();
    }

    private static long address(HostCall call, long timer) {
        return call.writableAddress(timer, ValueFormat.TIMER_BYTES);
    }

    private static long init(HostCall call, long timer, long map, long flags, long unused4, long unused5) {
        MapBase owner = Helpers.map(call, map);
        long address = address(call, timer);
        if (owner.shape().timerOffset().isEmpty()) {
            throw call.fault("a timer of map %s, which has none".formatted(owner.name()));
        }
        long value = address - owner.shape().timerOffset().getAsInt();
        if (!owner.hasValueAt(value)) {
            throw call.fault("0x%x is no timer of map %s".formatted(timer, owner.name()));
        }
        return timers(call).init(address, owner, value, flags);
    }

    private static long setCallback(
            HostCall call, long timer, long callback, long unused3, long unused4, long unused5) {
        return timers(call).setCallback(address(call, timer), ((HostCalls) call).program(), callback);
    }

    private static long start(HostCall call, long timer, long nanos, long flags, long unused4, long unused5) {
        return timers(call).start(address(call, timer), nanos, flags);
    }

    private static long cancel(HostCall call, long timer, long unused2, long unused3, long unused4, long unused5) {
        return timers(call).cancel((HostCalls) call, address(call, timer));
    }
}
