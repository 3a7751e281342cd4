package dev.ring3.linux;

import dev.ring3.linux.Pidfd.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Ends whole trees of processes. Who is found by number is opened, looked at again, and only then signalled. */
final class ProcessTrees {
    /** A tree that still grows after so many rounds wins. */
    private static final int ROUNDS_MAX = 100;

    private ProcessTrees() {}

    /** By {@code cgroup.kill} (Linux 5.14), or one by one until none is left. */
    static void killCgroup(SystemCalls calls, Path cgroup) {
        Path kill = cgroup.resolve("cgroup.kill");
        if (Files.exists(kill)) {
            write(kill, "1");
            return;
        }
        Path procs = cgroup.resolve("cgroup.procs");
        for (int round = 0; round < ROUNDS_MAX; round++) {
            List<Long> pids = ProcFiles.text(procs.toString())
                    .orElse("")
                    .lines()
                    .map(Long::parseLong)
                    .toList();
            long killed = pids.stream()
                    .filter(pid -> kill(
                            calls,
                            pid,
                            () -> ProcFiles.text(procs.toString())
                                    .orElse("")
                                    .lines()
                                    .anyMatch(line -> line.equals(Long.toString(pid)))))
                    .count();
            if (killed == 0) {
                return;
            }
        }
    }

    /** By the handle of its leader, which may be gone. */
    static void killGroup(Pidfd leader) {
        try {
            leader.signal(Signal.KILL, SignalScope.PROCESS_GROUP);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        } catch (UnsupportedHostException beforeLinux69) {
            killWhere(leader, ProcFiles::processGroup);
        }
    }

    static void killSession(Pidfd leader) {
        killWhere(leader, ProcFiles::session);
    }

    /** What a process belongs to, by its number. */
    private interface Membership {
        OptionalLong of(long pid);
    }

    /**
     * Kills the members of what a process leads or led, until none is left. The number of a group or session stays taken
     * as long as it has a member. So if the leader is gone and a process has its number, no member is left.
     */
    private static void killWhere(Pidfd leader, Membership membership) {
        SystemCalls calls = leader.kernel().calls();
        OptionalLong number = OptionalLong.of(leader.pid());
        for (int round = 0; round < ROUNDS_MAX; round++) {
            boolean isReused = leader.state() == State.REAPED
                    && ProcFiles.startTicks(leader.pid()).isPresent();
            if (isReused) {
                return;
            }
            List<Long> members = new ArrayList<>();
            for (long pid : ProcFiles.pids()) {
                if (membership.of(pid).equals(number)) {
                    members.add(pid);
                }
            }
            long killed = members.stream()
                    .filter(pid -> kill(calls, pid, () -> membership.of(pid).equals(number)))
                    .count();
            if (killed == 0) {
                return;
            }
        }
    }

    private interface Check {
        boolean isStillMember();
    }

    /** Whether there was something to kill. */
    private static boolean kill(SystemCalls calls, long pid, Check check) {
        try (Pidfd pidfd = PidfdOpening.open(calls, pid, 0)) {
            if (pidfd.state() != State.RUNNING || !check.isStillMember()) {
                return false;
            }
            pidfd.signal(Signal.KILL);
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (IOException e) {
            LinuxException failure = new LinuxException("write", file + ": " + e.getMessage(), Errno.EIO.number());
            failure.initCause(e);
            throw failure;
        }
    }
}
