package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * On which processors a thread runs ({@code sched_setaffinity(2)}). It is the calling thread of the operating system that
 * is asked about and pinned, so a caller runs on a platform thread; a virtual one would leave its carrier pinned.
 */
public final class Affinity {
    private static final String GET = "sched_getaffinity";
    private static final String SET = "sched_setaffinity";

    /** Room for so many processors, more than any kernel is configured for. */
    private static final int PROCESSORS_MAX = 8192;

    /** The calling thread. */
    private static final long SELF = 0;

    private Affinity() {}

    /**
     * The processors that the calling thread may run on, by number.
     *
     * @throws LinuxException if the kernel refuses
     * @throws UnsupportedHostException if no system calls of Linux can be made from this process
     */
    public static BitSet ofCallingThread() {
        return ofCallingThread(HostSystemCalls.get());
    }

    static BitSet ofCallingThread(SystemCalls calls) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment mask = memory.allocate(PROCESSORS_MAX / Byte.SIZE, Long.BYTES);
            long bytes = LinuxException.require(
                    calls.call(memory, SystemCall.SCHED_GETAFFINITY, SELF, mask.byteSize(), mask.address()),
                    GET,
                    "the calling thread");
            return BitSet.valueOf(mask.asSlice(0, bytes).toArray(ValueLayout.JAVA_LONG));
        }
    }

    /**
     * Keeps the calling thread on these processors from now on.
     *
     * @throws LinuxException {@link Errno#EINVAL} if none of them is there, or none that this process may use
     * @throws UnsupportedHostException if no system calls of Linux can be made from this process
     */
    public static void pinCallingThread(BitSet processors) {
        pinCallingThread(HostSystemCalls.get(), processors);
    }

    static void pinCallingThread(SystemCalls calls, BitSet processors) {
        long[] words = processors.toLongArray();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment mask = memory.allocate(Math.max(1, words.length) * (long) Long.BYTES, Long.BYTES);
            MemorySegment.copy(words, 0, mask, ValueLayout.JAVA_LONG, 0, words.length);
            LinuxException.require(
                    calls.call(memory, SystemCall.SCHED_SETAFFINITY, SELF, mask.byteSize(), mask.address()),
                    SET,
                    "the calling thread, to " + processors);
        }
    }
}
