package dev.ring3.pidfs;

import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Namespace;
import dev.ring3.linux.NamespaceKind;
import dev.ring3.linux.Pidfd;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Names in the directories of the tree. */
final class Entries {
    /** Cookies of entries that have a number begin after those that a tree must not give out. */
    private static final long FIRST_COOKIE = 3;

    private final Tasks tasks;

    Entries(Tasks tasks) {
        this.tasks = tasks;
    }

    /** What has this name, as a process sees it; null if nothing has. */
    @Nullable
    Inode find(Inode directory, Name name, int process) {
        String text = name.toString();
        Kind kind = Kind.entries(directory.kind()).get(text);
        if (kind == Kind.SELF) {
            return link(Kind.SELF, process == 0 ? 0 : tasks.processOfAny(process));
        }
        if (kind != null) {
            return kind.isNamespace() ? namespace(directory, kind) : inRootOrTask(directory, kind);
        }
        long number = number(text);
        if (number == 0) {
            return null;
        }
        return switch (directory.kind()) {
            case BY_PID -> link(Kind.PID_LINK, tasks.processOf(number));
            case BY_ID -> ifPresent(new Inode(Kind.PROCESS, number));
            case BY_CGROUP -> cgroups().contains(number) ? new Inode(Kind.CGROUP_MEMBERS, number) : null;
            case CGROUP_MEMBERS -> member(directory.number(), number);
            case THREADS -> thread(directory, number);
            default -> null;
        };
    }

    private static Inode inRootOrTask(Inode directory, Kind kind) {
        return directory.kind() == Kind.ROOT ? Inode.only(kind) : directory.with(kind);
    }

    private static @Nullable Inode link(Kind kind, long process) {
        return process == 0 ? null : new Inode(kind, process);
    }

    /** A number as it is listed, without a sign or zeros before it; else 0. */
    private static long number(String text) {
        return text.matches("[1-9][0-9]{0,16}") ? Long.parseLong(text) : 0;
    }

    private @Nullable Inode ifPresent(Inode process) {
        try {
            return tasks.with(process, _ -> process);
        } catch (FsException e) {
            if (e.errno() == Errno.ESTALE) {
                return null;
            }
            throw e;
        }
    }

    private @Nullable Inode member(long cgroup, long process) {
        Inode found = ifPresent(new Inode(Kind.PROCESS, process));
        return found != null && cgroupOf(found).equals(OptionalLong.of(cgroup)) ? found.with(Kind.MEMBER_LINK) : null;
    }

    /** Empty if it has ended or is in no group. */
    private OptionalLong cgroupOf(Inode process) {
        try {
            return tasks.with(process, task -> task.info().cgroupId());
        } catch (FsException e) {
            return OptionalLong.empty();
        }
    }

    private @Nullable Inode thread(Inode directory, long number) {
        for (long tid : threadIds(directory)) {
            if (tasks.threadOf(tid) == number) {
                return new Inode(Kind.THREAD, number);
            }
        }
        return null;
    }

    private List<Long> threadIds(Inode directory) {
        return tasks.with(directory, task -> {
            List<Long> found = HostProc.threads(task.pidfd().pid());
            // Asked last: if it still is, its number was its own.
            return task.pidfd().state() == Pidfd.State.REAPED ? List.of() : found;
        });
    }

    /** Null where the kernel has none of that kind; EACCES without the right to trace. */
    private @Nullable Inode namespace(Inode directory, Kind kind) {
        return tasks.<@Nullable Inode>with(directory, task -> {
            NamespaceKind wanted = NamespaceKind.valueOf(kind.name().substring("NS_".length()));
            try (Namespace namespace = task.pidfd().namespace(wanted)) {
                return new Inode(kind, namespace.inode());
            } catch (LinuxException e) {
                if (e.errno() == Errno.ESRCH || e.errno() == Errno.ENOENT || e.errno() == Errno.EOPNOTSUPP) {
                    return null; // it ended, or the kernel was built without them
                }
                throw HostProc.failure("lookup", e);
            }
        });
    }

    /** The groups that processes are in. */
    private NavigableSet<Long> cgroups() {
        NavigableSet<Long> found = new TreeSet<>();
        for (long pid : HostProc.pids()) {
            long process = tasks.processOf(pid);
            if (process != 0) {
                cgroupOf(new Inode(Kind.PROCESS, process)).ifPresent(found::add);
            }
        }
        return found;
    }

    /** The directory above. */
    Inode parent(Inode directory) {
        return switch (directory.kind()) {
            case PROCESS -> Inode.only(Kind.BY_ID);
            case CGROUP_MEMBERS -> Inode.only(Kind.BY_CGROUP);
            case NAMESPACES, THREADS -> directory.with(Kind.PROCESS);
            case THREAD_NAMESPACES -> directory.with(Kind.THREAD);
            case THREAD -> new Inode(Kind.THREADS, processOfThread(directory));
            default -> Inode.ROOT;
        };
    }

    private long processOfThread(Inode thread) {
        long process = tasks.with(
                thread,
                task -> task.info()
                        .ids()
                        .map(ids -> tasks.processOf(ids.processId()))
                        .orElse(0L));
        if (process == 0) {
            throw Task.stale(thread.number());
        }
        return process;
    }

    /** As {@link dev.ring3.fs.FileTree#readDirectory}. */
    void list(Inode directory, long after, DirectorySink sink) {
        if (listFixed(directory, after, sink)) {
            switch (directory.kind()) {
                case BY_PID -> listProcesses(Kind.PID_LINK, 0, after, sink);
                case BY_ID -> listProcesses(Kind.PROCESS, 0, after, sink);
                case CGROUP_MEMBERS -> listProcesses(Kind.MEMBER_LINK, directory.number(), after, sink);
                case BY_CGROUP -> listGroups(after, sink);
                case THREADS -> listThreads(directory, after, sink);
                default -> {}
            }
        }
    }

    private boolean listFixed(Inode directory, long after, DirectorySink sink) {
        for (Map.Entry<String, Kind> entry : Kind.entries(directory.kind()).entrySet()) {
            Kind kind = entry.getValue();
            long cookie = FIRST_COOKIE + kind.ordinal();
            Inode inode = cookie <= after ? null : listed(directory, kind);
            if (inode != null && !put(sink, entry.getKey(), cookie, inode)) {
                return false;
            }
        }
        return true;
    }

    /** {@code self} is listed as nobody's own. */
    private @Nullable Inode listed(Inode directory, Kind kind) {
        return kind.isNamespace() ? namespace(directory, kind) : inRootOrTask(directory, kind);
    }

    private void listProcesses(Kind kind, long cgroup, long after, DirectorySink sink) {
        for (long pid : HostProc.pids()) {
            long cookie = FIRST_COOKIE + pid;
            long process = cookie <= after ? 0 : tasks.processOf(pid);
            boolean counts = process != 0
                    && (cgroup == 0
                            || cgroupOf(new Inode(Kind.PROCESS, process)).equals(OptionalLong.of(cgroup)));
            String name = Long.toString(kind == Kind.PID_LINK ? pid : process);
            if (counts && !put(sink, name, cookie, new Inode(kind, process))) {
                return;
            }
        }
    }

    private void listGroups(long after, DirectorySink sink) {
        for (long group : cgroups()) {
            long cookie = FIRST_COOKIE + group;
            if (cookie > after && !put(sink, Long.toString(group), cookie, new Inode(Kind.CGROUP_MEMBERS, group))) {
                return;
            }
        }
    }

    private void listThreads(Inode directory, long after, DirectorySink sink) {
        for (long tid : threadIds(directory)) {
            long cookie = FIRST_COOKIE + tid;
            long thread = cookie <= after ? 0 : tasks.threadOf(tid);
            if (thread != 0 && !put(sink, Long.toString(thread), cookie, new Inode(Kind.THREAD, thread))) {
                return;
            }
        }
    }

    private static boolean put(DirectorySink sink, String name, long cookie, Inode inode) {
        return sink.entry(Name.of(name), cookie, inode.node(), inode.kind().type());
    }
}
