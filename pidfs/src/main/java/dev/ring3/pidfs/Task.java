package dev.ring3.pidfs;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Credentials;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.ProcessInfo;
import dev.ring3.linux.Statx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** A process or thread that is held: it stays what it is when it has ended. */
final class Task {
    /**
     * What is asked when it is taken, and told of it also afterwards.
     *
     * @param owner who may trace it, by the owner of its directory in {@code /proc}
     * @param user who started it
     */
    private record Facts(int owner, int ownerGroup, int user, int group, Instant start) {}

    private final long number;
    private final boolean isThread;
    private final Pidfd pidfd;
    private final Facts facts;

    // Guarded by Tasks' monitor.
    private int holders;
    private boolean watched;

    // Guarded by this object's monitor.
    private final Set<PidNode> pollers = new LinkedHashSet<>();

    private Task(long number, boolean isThread, Pidfd pidfd, Facts facts) {
        this.number = number;
        this.isThread = isThread;
        this.pidfd = pidfd;
        this.facts = facts;
    }

    /** Takes a handle over, also if this fails: ESTALE for what has ended, or is a thread where a process is wanted. */
    static Task of(long number, boolean isThread, Pidfd pidfd) {
        try {
            return new Task(number, isThread, pidfd, facts(pidfd, isThread));
        } catch (LinuxException | FsException e) {
            pidfd.close();
            throw stale(number);
        }
    }

    static FsException stale(long number) {
        return new FsException(Errno.ESTALE, "pidfs", "process %d, which is gone".formatted(number));
    }

    private static Facts facts(Pidfd pidfd, boolean isThread) {
        ProcessInfo info = pidfd.info();
        boolean leads = info.ids().map(ids -> ids.pid() == ids.processId()).orElseThrow(() -> stale(0));
        if (!isThread && !leads) {
            throw stale(0);
        }
        Statx folder = Statx.of(Path.of("/proc", Long.toString(pidfd.pid())));
        Instant start = ProcessHandle.of(pidfd.pid())
                .flatMap(handle -> handle.info().startInstant())
                .orElse(Instant.EPOCH);
        if (pidfd.state() == Pidfd.State.REAPED) {
            throw stale(0); // the number may have been another's when /proc was asked
        }
        Credentials who = info.credentials().orElseThrow(() -> stale(0));
        return new Facts(present(folder.uid()), present(folder.gid()), who.uid(), who.gid(), start);
    }

    private static int present(OptionalInt given) {
        return given.orElseThrow(() -> new IllegalStateException("statx without an owner"));
    }

    long number() {
        return number;
    }

    boolean isThread() {
        return isThread;
    }

    Pidfd pidfd() {
        return pidfd;
    }

    int owner() {
        return facts.owner;
    }

    int ownerGroup() {
        return facts.ownerGroup;
    }

    int user() {
        return facts.user;
    }

    int group() {
        return facts.group;
    }

    Instant start() {
        return facts.start;
    }

    /** As {@link Pidfd#info}. */
    ProcessInfo info() {
        try {
            return pidfd.info();
        } catch (LinuxException e) {
            throw HostProc.failure("pidfs", e);
        }
    }

    synchronized void add(PidNode poller) {
        pollers.add(poller);
    }

    synchronized void remove(PidNode poller) {
        pollers.remove(poller);
    }

    /** It ended, or was reaped: tells who polls. */
    void changed() {
        List<PidNode> told;
        synchronized (this) {
            told = List.copyOf(pollers);
        }
        told.forEach(PidNode::changed);
    }

    void hold() {
        holders++;
    }

    /** Whether that was the last one. */
    boolean letGo() {
        holders--;
        return holders == 0;
    }

    /** Whether it was not watched before. */
    boolean beginWatch() {
        boolean first = !watched;
        watched = true;
        return first;
    }
}
