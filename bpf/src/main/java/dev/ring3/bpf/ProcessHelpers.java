package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The kernel's helpers that ask for the running process, which is the one that {@link BpfHost} tells of. */
final class ProcessHelpers {
    private static final int GET_CURRENT_PID_TGID = 14;
    private static final int GET_CURRENT_UID_GID = 15;
    private static final int GET_CURRENT_COMM = 16;
    private static final int GET_CURRENT_CGROUP_ID = 80;
    private static final int GET_CURRENT_TASK_BTF = 158;

    /** Bytes of a command's name, the zero byte at its end among them; the kernel's {@code TASK_COMM_LEN}. */
    private static final int COMMAND_BYTES = 16;

    private ProcessHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = Helpers.leaf(functions, GET_CURRENT_PID_TGID, ProcessHelpers::ids);
        all = Helpers.leaf(all, GET_CURRENT_UID_GID, ProcessHelpers::owner);
        all = Helpers.leaf(all, GET_CURRENT_COMM, ProcessHelpers::command);
        all = Helpers.leaf(all, GET_CURRENT_CGROUP_ID, ProcessHelpers::cgroup);
        return Helpers.leaf(all, GET_CURRENT_TASK_BTF, ProcessHelpers::task);
    }

    private static Optional<HostTask> current(HostCall call) {
        return Helpers.runtime(call).host().currentTask();
    }

    private static long ids(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        return current(call)
                .map(task -> pair(task.processId(), task.threadId()))
                .orElse((long) HelperErrors.EINVAL);
    }

    private static long owner(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        return current(call).map(task -> pair(task.gid(), task.uid())).orElse((long) HelperErrors.EINVAL);
    }

    private static long pair(int high, int low) {
        return (long) high << Integer.SIZE | Integer.toUnsignedLong(low);
    }

    /** Every byte of the output is written, with zeros behind the name. */
    private static long command(HostCall call, long into, long size, long unused3, long unused4, long unused5) {
        MemorySegment to =
                call.writable(into, Integer.toUnsignedLong((int) size)).fill((byte) 0);
        Optional<HostTask> task = current(call);
        if (task.isEmpty()) {
            return HelperErrors.EINVAL;
        }
        byte[] name = task.get().command().getBytes(StandardCharsets.UTF_8);
        long bytes = Math.min(Math.min(name.length, COMMAND_BYTES - 1), Math.max(0, to.byteSize() - 1));
        MemorySegment.copy(name, 0, to, ValueLayout.JAVA_BYTE, 0, (int) bytes);
        return 0;
    }

    private static long cgroup(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        return current(call).map(HostTask::cgroupId).orElse(0L);
    }

    /** A pointer that only stands for the process: programs pass it on. */
    private static long task(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        return current(call)
                .map(task -> ((HostCalls) call).give(task.identity()))
                .orElse(MapBase.NULL);
    }
}
