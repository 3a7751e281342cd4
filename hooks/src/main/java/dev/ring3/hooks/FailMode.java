package dev.ring3.hooks;

/** What becomes of operations that a program was to decide on, once it has failed. */
public enum FailMode {
    /** They go on as if it were not attached. */
    OPEN,
    /** They are refused with EPERM until somebody detaches or replaces it. */
    CLOSED
}
