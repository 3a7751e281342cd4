package dev.ring3.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One use of {@code bpf(2)}: owns the memory that the kernel reads and writes until the call is over. */
final class BpfCall implements AutoCloseable {
    private final SystemCalls calls;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment attr;

    BpfCall(SystemCalls calls) {
        this.calls = calls;
        this.attr = arena.allocate(BpfAttrLayout.BYTES, Long.BYTES);
    }

    /** The zeroed {@code union bpf_attr}. */
    MemorySegment attr() {
        return attr;
    }

    /** Zeroed memory; {@link MemorySegment#NULL} for no bytes. */
    MemorySegment room(long bytes) {
        return bytes == 0 ? MemorySegment.NULL : arena.allocate(bytes, Long.BYTES);
    }

    /** A copy of some bytes; {@link MemorySegment#NULL} for none. */
    MemorySegment copyOf(byte[] bytes) {
        MemorySegment copy = room(bytes.length);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    LoadLog log(int level, int sizeBytes) {
        return LoadLog.of(arena, level, sizeBytes);
    }

    /** Asks the kernel; the result as in {@link SystemCalls#call}. */
    long invoke(int command) {
        return calls.call(arena, SystemCall.BPF, command, attr.address(), attr.byteSize());
    }

    @Override
    public void close() {
        arena.close();
    }
}
