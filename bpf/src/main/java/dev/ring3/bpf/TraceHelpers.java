package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.memory.BpfMemory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The kernel's helpers that format texts, for the program or for who traces it ({@code kernel/bpf/helpers.c}). */
final class TraceHelpers {
    private static final int TRACE_PRINTK = 6;
    private static final int SNPRINTF = 165;
    private static final int TRACE_VPRINTK = 177;

    /** The most numbers of one text; the kernel's {@code MAX_BPRINTF_VARARGS}. */
    private static final int NUMBERS_MAX = 12;

    /** Bytes of a traced text, the zero byte at its end among them; the kernel's {@code MAX_BPRINTF_BUF}. */
    private static final int TRACE_BYTES = 1024;

    private TraceHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = Helpers.leaf(functions, TRACE_PRINTK, TraceHelpers::trace);
        all = Helpers.leaf(all, TRACE_VPRINTK, TraceHelpers::traceMany);
        return Helpers.leaf(all, SNPRINTF, TraceHelpers::print);
    }

    /** Its numbers are in registers, whether the text has places for them or not. */
    private static long trace(HostCall call, long format, long size, long a1, long a2, long a3) {
        MemorySegment text = call.readable(format, Integer.toUnsignedLong((int) size));
        return trace(call, text, new long[] {a1, a2, a3});
    }

    private static long traceMany(HostCall call, long format, long size, long numbers, long numberBytes, long unused5) {
        MemorySegment text = call.readable(format, Integer.toUnsignedLong((int) size));
        long bytes = Integer.toUnsignedLong((int) numberBytes);
        return areNumbers(numbers, bytes) ? trace(call, text, numbers(call, numbers, bytes)) : HelperErrors.EINVAL;
    }

    private static long trace(HostCall call, MemorySegment text, long[] numbers) {
        long end = 0;
        while (end < text.byteSize() && text.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        if (end == text.byteSize()) {
            return HelperErrors.EINVAL; // no zero byte in it
        }
        TextFormat format = new TextFormat(text.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE), numbers);
        int error = format.prepare((HostCalls) call);
        if (error != 0) {
            return error;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = format.write(TRACE_BYTES - 1, line::write);
        Helpers.runtime(call).host().trace(line.toString(StandardCharsets.UTF_8));
        return length;
    }

    /** Returns the length of the whole text with a zero byte, also where less of it fits. */
    private static long print(HostCall call, long into, long size, long format, long numbers, long numberBytes) {
        long room = Integer.toUnsignedLong((int) size);
        long bytes = Integer.toUnsignedLong((int) numberBytes);
        if (!areNumbers(numbers, bytes)) {
            return HelperErrors.EINVAL;
        }
        long to = room == 0 ? 0 : call.writableAddress(into, room);
        TextFormat text = new TextFormat(constant(call, format), numbers(call, numbers, bytes));
        int error = text.prepare((HostCalls) call);
        if (error != 0) {
            return error;
        }
        long[] end = {to};
        long length = text.write(
                Math.max(0, room - 1),
                character -> BpfMemory.SEGMENT.set(ValueLayout.JAVA_BYTE, end[0]++, (byte) character));
        if (room != 0) {
            BpfMemory.SEGMENT.set(ValueLayout.JAVA_BYTE, end[0], (byte) 0);
        }
        return length + 1;
    }

    private static boolean areNumbers(long numbers, long bytes) {
        return bytes % Long.BYTES == 0 && bytes <= NUMBERS_MAX * Long.BYTES && (bytes == 0 || numbers != 0);
    }

    private static long[] numbers(HostCall call, long address, long bytes) {
        return bytes == 0 ? new long[0] : call.readable(address, bytes).toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    }

    private static byte[] constant(HostCall call, long address) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (long at = address; ; at++) {
            byte character = BpfMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, call.readableAddress(at, 1));
            if (character == 0) {
                return text.toByteArray();
            }
            text.write(character);
        }
    }
}
