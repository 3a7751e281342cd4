package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Pipes between a process and another. */
final class Pipes {
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int NONBLOCK = 04000;

    private Pipes() {}

    /** The two ends. */
    record Pair(RawFile reader, RawFile writer) implements AutoCloseable {
        @Override
        public void close() {
            try (reader) {
                writer.close();
            }
        }
    }

    /**
     * Opens one.
     *
     * @param nonblocking whether both ends answer {@link Errno#EAGAIN} instead of waiting
     */
    static Pair open(SystemCalls calls, String object, boolean nonblocking) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment ends = memory.allocate(2 * Integer.BYTES, Integer.BYTES);
            int flags = CLOSE_ON_EXEC | (nonblocking ? NONBLOCK : 0);
            LinuxException.require(calls.call(memory, SystemCall.PIPE2, ends.address(), flags), "pipe2", object);
            int reader = ends.get(ValueLayout.JAVA_INT, 0);
            int writer = ends.get(ValueLayout.JAVA_INT, Integer.BYTES);
            return new Pair(new RawFile(calls, reader, object, false), new RawFile(calls, writer, object, false));
        }
    }
}
