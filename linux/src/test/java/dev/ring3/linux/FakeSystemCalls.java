package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** A kernel whose {@code bpf(2)} is a function of the attribute, and which records every call. */
final class FakeSystemCalls implements SystemCalls {
    /** One call of {@code bpf(2)}: its command and the attribute, readable during the call alone. */
    record BpfRequest(int command, MemorySegment attr) {}

    final List<Integer> bpfCommands = new ArrayList<>();
    final List<Long> closed = new ArrayList<>();

    private final ToLongFunction<BpfRequest> bpf;

    FakeSystemCalls(ToLongFunction<BpfRequest> bpf) {
        this.bpf = bpf;
    }

    static FakeSystemCalls failingWith(Errno errno) {
        return new FakeSystemCalls(_ -> -errno.number());
    }

    @Override
    public long call(SegmentAllocator scratch, SystemCall call, long... arguments) {
        return switch (call) {
            case CLOSE -> {
                closed.add(arguments[0]);
                yield 0;
            }
            case BPF -> {
                bpfCommands.add((int) arguments[0]);
                yield bpf.applyAsLong(new BpfRequest((int) arguments[0], memory(arguments[1], arguments[2])));
            }
            default -> -Errno.ENOSYS.number();
        };
    }

    /** The memory behind an address that the caller passed, as the kernel would see it. */
    @SuppressWarnings("restricted")
    static MemorySegment memory(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
