package dev.ring3.hooks;

import dev.ring3.fs.vfs.Caller;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.PidfdId;
import dev.ring3.linux.ProcessInfo;
import dev.ring3.linux.UnsupportedHostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of this machine, found out only where a program wants to know: that takes several system calls.
 *
 * @param process what user space calls its pid; 0 if it is not known
 * @param thread the thread of it; 0 if it is not known
 * @param pidfsId never used again until the machine restarts; 0 if it is not known
 * @param cgroup of version 2; 0 if it is not known
 */
record ProcessFacts(int process, int thread, long pidfsId, long cgroup) {
    static final ProcessFacts UNKNOWN = new ProcessFacts(0, 0, 0, 0);

    /** Who called. Front ends on this machine know the number of a thread, others may know more. */
    static ProcessFacts of(Caller caller) {
        int thread = caller.process();
        if (thread == 0) {
            return new ProcessFacts(0, 0, caller.pidfsId(), caller.cgroup());
        }
        if (caller.pidfsId() != 0) {
            return new ProcessFacts(thread, thread, caller.pidfsId(), caller.cgroup());
        }
        int process = processOf(thread);
        if (process == 0) {
            return new ProcessFacts(0, thread, 0, caller.cgroup());
        }
        try (Pidfd pidfd = Pidfd.open(process)) {
            ProcessInfo info = pidfd.info();
            long id = pidfd.id() instanceof PidfdId.Inode inode ? inode.inode() : 0;
            return new ProcessFacts(process, thread, id, info.cgroupId().orElse(0));
        } catch (LinuxException | UnsupportedHostException _) {
            // It was killed meanwhile, or the kernel is too old.
            return new ProcessFacts(process, thread, 0, 0);
        }
    }

    /** The process of a thread; 0 if it is gone. */
    private static int processOf(int thread) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(thread), "status"))) {
                if (line.startsWith("Tgid:")) {
                    return Integer.parseInt(line.substring("Tgid:".length()).strip());
                }
            }
            return 0;
        } catch (IOException | UncheckedIOException | NumberFormatException _) {
            return 0;
        }
    }

    /** Its name, of at most 15 bytes; empty if it is gone. */
    String command() {
        try {
            return thread == 0
                    ? ""
                    : Files.readString(Path.of("/proc", Integer.toString(thread), "comm"))
                            .strip();
        } catch (IOException | UncheckedIOException _) {
            return "";
        }
    }
}
