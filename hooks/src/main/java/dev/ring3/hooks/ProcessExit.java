package dev.ring3.hooks;

/**
 * A process that has ended, for programs at {@code proc/exit}.
 *
 * @param process its number on this machine
 * @param pidfsId its id, which no other process gets; 0 if it is not known
 * @param cgroup its control group, 0 if it is not known
 * @param status as {@code wait(2)} tells it
 */
public record ProcessExit(int process, long pidfsId, long cgroup, int uid, int gid, int status) {}
