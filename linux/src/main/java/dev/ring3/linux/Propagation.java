package dev.ring3.linux;

/** Whether mounts made below a mount appear elsewhere too ({@code mount_namespaces(7)}). */
public enum Propagation {
    /** Both ways between the mounts of a group. */
    SHARED,
    /** From a group to this one, not back. */
    SLAVE,
    /** Both: a member of one group that receives from another. */
    SHARED_SLAVE,
    /** Not at all. */
    PRIVATE,
    /** Not at all, and it cannot be bound elsewhere. */
    UNBINDABLE
}
