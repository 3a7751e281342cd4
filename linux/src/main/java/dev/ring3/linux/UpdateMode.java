package dev.ring3.linux;

/** What an update of a map expects to find. */
public enum UpdateMode {
    /** Either; creates the element or replaces its value. */
    ANY(0),
    /** No element, otherwise {@link Errno#EEXIST}. */
    NO_EXIST(1),
    /** An element, otherwise {@link Errno#ENOENT}. */
    EXIST(2);

    private final long flags;

    UpdateMode(long flags) {
        this.flags = flags;
    }

    long flags() {
        return flags;
    }
}
