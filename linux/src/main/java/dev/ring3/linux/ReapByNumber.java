package dev.ring3.linux;

import java.lang.foreign.MemorySegment;

/** Waits for a child of which there is no handle. */
final class ReapByNumber {
    /** {@code waitid}: {@code P_PID}, {@code WEXITED}. */
    private static final int P_PID = 1;

    private static final int WEXITED = 4;

    private ReapByNumber() {}

    /** Returns when it is gone; it was killed, so that is soon. */
    static void reap(SystemCalls calls, int pid) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment info = memory.allocate(SignalInfoLayout.BYTES, Long.BYTES);
            Retry.whileInterrupted(() -> calls.call(memory, SystemCall.WAITID, P_PID, pid, info.address(), WEXITED, 0));
        }
    }
}
