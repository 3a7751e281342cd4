package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * How large a terminal is, in characters ({@code TIOCGWINSZ}, ioctl_tty(2)).
 *
 * @param rows lines, above 0
 * @param columns characters of a line, above 0
 */
public record TerminalSize(int rows, int columns) {
    private static final long TIOCGWINSZ = 0x5413;

    /** {@code struct winsize}: four {@code unsigned short}, of which the latter two count pixels. */
    private static final int WINSIZE_BYTES = 8;

    private static final int COLUMNS_OFFSET = 2;

    /**
     * The size of the terminal behind a descriptor; empty if there is none, or it does not know (a serial line).
     *
     * @throws UnsupportedHostException on other systems than Linux
     */
    public static Optional<TerminalSize> of(int descriptor) {
        return of(HostSystemCalls.get(), descriptor);
    }

    static Optional<TerminalSize> of(SystemCalls calls, int descriptor) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment answer = memory.allocate(WINSIZE_BYTES);
            long result = calls.call(memory, SystemCall.IOCTL, descriptor, TIOCGWINSZ, answer.address());
            int rows = Short.toUnsignedInt(answer.get(ValueLayout.JAVA_SHORT, 0));
            int columns = Short.toUnsignedInt(answer.get(ValueLayout.JAVA_SHORT, COLUMNS_OFFSET));
            return result == 0 && rows > 0 && columns > 0
                    ? Optional.of(new TerminalSize(rows, columns))
                    : Optional.empty();
        }
    }
}
