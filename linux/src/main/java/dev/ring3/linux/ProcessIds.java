package dev.ring3.linux;

/**
 * A process's numbers, seen from this process's namespace.
 *
 * @param pid the handle's own: of a thread its thread id
 * @param processId the process, of which a thread is one
 * @param parentId whose child it is; 0 if that is out of sight
 */
public record ProcessIds(int pid, int processId, int parentId) {}
