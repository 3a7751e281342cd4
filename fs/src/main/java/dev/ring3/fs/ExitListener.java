package dev.ring3.fs;

/**
 * Is told of processes that ended and whose status was taken, by a tree of processes: so that others learn of them
 * without knowing that tree.
 */
@FunctionalInterface
public interface ExitListener {
    /**
     * A process that ended.
     *
     * @param pidfsId its inode in pidfs, no other's until the machine restarts
     * @param pid the number it had
     * @param waitStatus how, as {@code wait(2)} gives it
     * @param uid whose it was when somebody asked for it first: of a process that is gone the kernel does not tell
     * @param gid likewise its group
     * @param cgroup its control group of version 2 at its end, 0 where the kernel does not tell
     */
    record Ended(long pidfsId, int pid, int waitStatus, int uid, int gid, long cgroup) {}

    /** A process ended. Must be quick. */
    void exited(Ended process);
}
