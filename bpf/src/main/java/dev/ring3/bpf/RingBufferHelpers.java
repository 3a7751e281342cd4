package dev.ring3.bpf;

import dev.ring3.bpf.engine.Holdings;
import dev.ring3.bpf.engine.HostCalls;

/** The kernel's helpers that write records into ring buffers. */
final class RingBufferHelpers {
    private static final int OUTPUT = 130;
    private static final int RESERVE = 131;
    private static final int SUBMIT = 132;
    private static final int DISCARD = 133;
    private static final int QUERY = 134;

    private RingBufferHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = Helpers.leaf(functions, OUTPUT, RingBufferHelpers::output);
        all = Helpers.leaf(all, RESERVE, RingBufferHelpers::reserve);
        all = Helpers.leaf(all, SUBMIT, RingBufferHelpers::submit);
        all = Helpers.leaf(all, DISCARD, RingBufferHelpers::discard);
        return Helpers.leaf(all, QUERY, RingBufferHelpers::query);
    }

    private static RingBuffer ring(HostCall call, long map) {
        if (call.map(map) instanceof RingBuffer ring) {
            return ring;
        }
        throw call.fault("map %s is no ring buffer".formatted(call.map(map).name()));
    }

    private static long output(HostCall call, long map, long data, long bytes, long flags, long unused5) {
        return ring(call, map).output(call.readableAddress(data, bytes), bytes, flags);
    }

    private static long reserve(HostCall call, long map, long bytes, long flags, long unused4, long unused5) {
        return ring(call, map).reserve((HostCalls) call, bytes, flags);
    }

    private static long submit(HostCall call, long record, long flags, long unused3, long unused4, long unused5) {
        owner(call, record).submit(record, flags);
        return 0;
    }

    private static long discard(HostCall call, long record, long flags, long unused3, long unused4, long unused5) {
        owner(call, record).discard(record, flags);
        return 0;
    }

    private static RingBuffer owner(HostCall call, long record) {
        Holdings.Lender lender = ((HostCalls) call).holdings().giveBack(record);
        if (lender instanceof RingBuffer ring) {
            return ring;
        }
        throw call.fault("0x%x is no record that the run reserved".formatted(record));
    }

    private static long query(HostCall call, long map, long what, long unused3, long unused4, long unused5) {
        return ring(call, map).query(what);
    }
}
