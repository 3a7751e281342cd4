package dev.ring3.linux;

import java.lang.foreign.SegmentAllocator;

/** Makes system calls. One implementation asks the kernel; tests put others in its place. */
@FunctionalInterface
interface SystemCalls {
    /** How many arguments a system call takes at most. */
    int ARGUMENTS_MAX = 6;

    /**
     * Makes one call.
     *
     * @param scratch provides what the call itself needs for the time it runs: a few bytes
     * @param arguments at most {@link #ARGUMENTS_MAX}; an address stays valid only while the caller holds its arena open
     * @return what the kernel returned: not negative, or minus an {@link Errno#number}
     */
    long call(SegmentAllocator scratch, SystemCall call, long... arguments);
}
