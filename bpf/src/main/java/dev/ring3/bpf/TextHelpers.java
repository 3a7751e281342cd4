package dev.ring3.bpf;

import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The kernel's helpers that compare texts and read numbers out of them ({@code kernel/bpf/helpers.c}). */
final class TextHelpers {
    private static final int STRTOL = 105;
    private static final int STRTOUL = 106;
    private static final int STRNCMP = 182;

    private static final long BASE_MASK = 0x1f;

    /** Bytes that are looked at behind blanks and sign. */
    private static final int DIGITS_MAX = 63;

    private TextHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = Helpers.leaf(functions, STRTOL, TextHelpers::toSigned);
        all = Helpers.leaf(all, STRTOUL, TextHelpers::toUnsigned);
        return Helpers.leaf(all, STRNCMP, TextHelpers::compare);
    }

    /** -1, 0 or 1; the second text ends with a zero byte, the first with one or after its length. */
    private static long compare(HostCall call, long text, long bytes, long constant, long unused4, long unused5) {
        MemorySegment first = call.readable(text, Integer.toUnsignedLong((int) bytes));
        for (long i = 0; i < first.byteSize(); i++) {
            int left = first.get(ValueLayout.JAVA_BYTE, i) & 0xff;
            int right = BpfMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, call.readableAddress(constant + i, 1)) & 0xff;
            if (left != right) {
                return left < right ? -1 : 1;
            }
            if (left == 0) {
                break;
            }
        }
        return 0;
    }

    private static long toSigned(HostCall call, long text, long bytes, long base, long result, long unused5) {
        MemorySegment out = call.writable(result, Long.BYTES);
        Parsed parsed = parse(call.readable(text, Integer.toUnsignedLong((int) bytes)), base);
        long number = parsed.isNegative() ? -parsed.number() : parsed.number();
        boolean fits = parsed.isNegative() ? number <= 0 : number >= 0;
        return store(out, number, parsed.result() > 0 && !fits ? HelperErrors.ERANGE : parsed.result());
    }

    private static long toUnsigned(HostCall call, long text, long bytes, long base, long result, long unused5) {
        MemorySegment out = call.writable(result, Long.BYTES);
        Parsed parsed = parse(call.readable(text, Integer.toUnsignedLong((int) bytes)), base);
        boolean isNegative = parsed.result() > 0 && parsed.isNegative();
        return store(out, parsed.number(), isNegative ? HelperErrors.EINVAL : parsed.result());
    }

    /** The number if there is one, or 0; the output is written in any case. */
    private static long store(MemorySegment out, long number, long result) {
        out.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, result > 0 ? number : 0);
        return result;
    }

    /**
     * What was read.
     *
     * @param number without its sign, in 64 bits
     * @param result bytes read, or a negative errno
     */
    private record Parsed(long number, boolean isNegative, long result) {
        static Parsed error(int error) {
            return new Parsed(0, false, error);
        }
    }

    private static Parsed parse(MemorySegment text, long flags) {
        if ((flags & ~BASE_MASK) != 0 || (flags != 0 && flags != 8 && flags != 10 && flags != 16)) {
            return Parsed.error(HelperErrors.EINVAL);
        }
        long start = 0;
        while (isBlank(character(text, start, text.byteSize()))) {
            start++;
        }
        boolean isNegative = character(text, start, text.byteSize()) == '-';
        start += isNegative ? 1 : 0;
        long end = Math.min(text.byteSize(), start + DIGITS_MAX);
        boolean hasPrefix = character(text, start, end) == '0' && (character(text, start + 1, end) | 0x20) == 'x';
        boolean isHexadecimal = hasPrefix && Character.digit(character(text, start + 2, end), 16) >= 0;
        int base = flags != 0 ? (int) flags : isHexadecimal ? 16 : character(text, start, end) == '0' ? 8 : 10;
        return digits(text, base == 16 && hasPrefix ? start + 2 : start, end, base, isNegative);
    }

    private static Parsed digits(MemorySegment text, long start, long end, int base, boolean isNegative) {
        long number = 0;
        long at = start;
        boolean overflows = false;
        for (int digit = digit(text, at, end, base); digit >= 0; digit = digit(text, at, end, base)) {
            overflows |= Long.compareUnsigned(number, Long.divideUnsigned(-1L - digit, base)) > 0;
            number = number * base + digit;
            at++;
        }
        if (at == start) {
            return Parsed.error(HelperErrors.EINVAL);
        }
        return overflows ? Parsed.error(HelperErrors.ERANGE) : new Parsed(number, isNegative, at);
    }

    private static int digit(MemorySegment text, long at, long end, int base) {
        return Character.digit(character(text, at, end), base);
    }

    /** A byte of the text, or a zero byte behind it. */
    private static char character(MemorySegment text, long at, long end) {
        return at < end ? (char) (text.get(ValueLayout.JAVA_BYTE, at) & 0xff) : '\0';
    }

    private static boolean isBlank(char character) {
        return character == ' ' || (character >= '\t' && character <= '\r') || character == 0xa0;
    }
}
