package dev.ring3.linux;

/** What {@link Child#killTree} reaches. */
public enum Grouping {
    /** The child alone, which is of this process's group. */
    NONE,
    /** The child and its descendants, but for those that took a group of their own. */
    PROCESS_GROUP,
    /** The child and its descendants, but for those that took a session of their own; it has no terminal. */
    SESSION
}
