package dev.ring3.linux;

/** How a file, or a range of it, is locked. */
public enum LockKind {
    /** With others who read. */
    SHARED,
    /** Alone. */
    EXCLUSIVE
}
