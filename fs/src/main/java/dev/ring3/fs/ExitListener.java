package dev.ring3.fs;

/**
 * Is told of processes that ended and whose status was taken, by a tree of processes: so that others learn of them
 * without knowing that tree.
 */
@FunctionalInterface
public interface ExitListener {
    /**
     * A process ended. Must be quick.
     *
     * @param pidfsId its inode in pidfs, no other's until the machine restarts
     * @param pid the number it had
     * @param waitStatus how, as {@code wait(2)} gives it
     */
    void exited(long pidfsId, int pid, int waitStatus);
}
