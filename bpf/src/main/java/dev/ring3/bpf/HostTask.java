package dev.ring3.bpf;

/**
 * A process as programs see it.
 *
 * @param identity what values can be attached to, of {@link HostObject.Kind#TASK}
 * @param threadId the thread; what the kernel calls its pid
 * @param processId the process; what the kernel calls its thread group
 * @param uid the real user
 * @param gid the real group
 * @param command the name, of which programs get at most 15 bytes
 * @param cgroupId the control group, 0 if it is not known
 */
public record HostTask(
        HostObject identity, int threadId, int processId, int uid, int gid, String command, long cgroupId) {
    public HostTask {
        if (identity.kind() != HostObject.Kind.TASK) {
            throw new IllegalArgumentException("%s is no task".formatted(identity));
        }
    }
}
