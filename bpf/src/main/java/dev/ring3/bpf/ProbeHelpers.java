package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;

/**
 * The kernel's helpers that read from any address, and fail with {@code -EFAULT} and zeros where there is nothing to read
 * ({@code kernel/trace/bpf_trace.c}). Here only what the run may read anyway is memory; there is none of users beside it.
 */
final class ProbeHelpers {
    private static final int[] READ = {4, 112, 113};
    private static final int[] READ_STRING = {45, 114, 115};

    private ProbeHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = functions;
        for (int number : READ) {
            all = Helpers.leaf(all, number, ProbeHelpers::read);
        }
        for (int number : READ_STRING) {
            all = Helpers.leaf(all, number, ProbeHelpers::readString);
        }
        return all;
    }

    private static long read(HostCall call, long into, long size, long from, long unused4, long unused5) {
        long bytes = Integer.toUnsignedLong((int) size);
        long to = call.writableAddress(into, bytes);
        if (!((HostCalls) call).mayRead(from, bytes)) {
            BpfBytes.clear(to, bytes);
            return HelperErrors.EFAULT;
        }
        BpfBytes.move(from, to, bytes);
        return 0;
    }

    /** Returns the length with the zero byte at its end; a longer text is cut off, and ends with one too. */
    private static long readString(HostCall call, long into, long size, long from, long unused4, long unused5) {
        long bytes = Integer.toUnsignedLong((int) size);
        long to = call.writableAddress(into, bytes);
        for (long at = 0; at < bytes; at++) {
            if (!((HostCalls) call).mayRead(from + at, 1)) {
                BpfBytes.clear(to, bytes);
                return HelperErrors.EFAULT;
            }
            byte character = BpfMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, from + at);
            BpfMemory.SEGMENT.set(ValueLayout.JAVA_BYTE, to + at, at == bytes - 1 ? 0 : character);
            if (character == 0) {
                return at + 1;
            }
        }
        return bytes;
    }
}
