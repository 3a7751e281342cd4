package dev.ring3.linux;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The processes of this machine that {@code /proc} shows. What is read by number is only given if the process still had
 * the number afterwards, so no answer mixes two processes.
 */
public final class Processes {
    /** {@code USER_HZ}, in which {@code stat} counts. */
    private static final int TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int KERNEL_TIME = 12;
    private static final int RESIDENT_PAGES = 21;
    private static final long PAGE_BYTES = pageBytes();

    private Processes() {}

    /** All, by ascending number; not one moment's picture. */
    public static List<RunningProcess> list() {
        List<RunningProcess> all = new ArrayList<>();
        for (long pid : ProcFiles.pids()) {
            find(pid).ifPresent(all::add);
        }
        all.sort((a, b) -> Long.compare(a.pid(), b.pid()));
        return List.copyOf(all);
    }

    /** One; empty if it has ended, or {@code /proc} hides it. */
    public static Optional<RunningProcess> find(long pid) {
        try (Pidfd pidfd = Pidfd.open(pid)) {
            return of(pidfd);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ESRCH || e.errno() == Errno.ENOENT || e.errno() == Errno.EINVAL) {
                return Optional.empty(); // gone, or a thread
            }
            throw e;
        }
    }

    /** That of a handle; empty if it has ended, or {@code /proc} hides it. */
    public static Optional<RunningProcess> of(Pidfd pidfd) {
        long pid = pidfd.pid();
        String folder = "/proc/" + pid;
        Optional<List<String>> stat = ProcFiles.stat(pid);
        String name = ProcFiles.text(folder + "/comm").orElse("");
        String command = ProcFiles.text(folder + "/cmdline").orElse("");
        Optional<String> cgroup = ProcFiles.text(folder + "/cgroup").flatMap(Processes::cgroup);
        ProcessInfo info;
        try {
            info = pidfd.info();
        } catch (LinuxException e) {
            return Optional.empty();
        }
        boolean isWhole =
                stat.isPresent() && info.ids().isPresent() && info.credentials().isPresent();
        if (!isWhole || pidfd.state() == Pidfd.State.REAPED) {
            return Optional.empty();
        }
        List<String> fields = stat.get();
        long ticks = Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(KERNEL_TIME));
        return Optional.of(new RunningProcess(
                pid,
                pidfd.id(),
                info.ids().get(),
                info.credentials().get(),
                fields.getFirst().charAt(0),
                name.endsWith("\n") ? name.substring(0, name.length() - 1) : name,
                arguments(command),
                cgroup,
                Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND),
                Long.parseLong(fields.get(RESIDENT_PAGES)) * PAGE_BYTES));
    }

    /** Each ends in NUL, but for programs that write over theirs. */
    private static List<String> arguments(String command) {
        String joined = command.endsWith("\0") ? command.substring(0, command.length() - 1) : command;
        return command.isEmpty() ? List.of() : Arrays.asList(joined.split("\0", -1));
    }

    /** {@code 0::/path} is the line of version 2. */
    private static Optional<String> cgroup(String lines) {
        return lines.lines()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring(3))
                .findFirst();
    }

    /** As the kernel shows it of each of this process's mappings. */
    private static long pageBytes() {
        String kib = ProcFiles.fields("/proc/self/smaps").getOrDefault("KernelPageSize", "4 kB");
        return Long.parseLong(kib.substring(0, kib.indexOf(' '))) * 1024;
    }
}
