package dev.ring3.pidfs;

import dev.ring3.fs.ExitListener;
import dev.ring3.fs.FsException;
import dev.ring3.linux.ExitStatus;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.PidfdId;
import java.lang.System.Logger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The processes and threads that somebody holds, and the way to others. */
final class Tasks implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Tasks.class.getName());

    /** How many numbers of processes are remembered by inode. */
    private static final int HINTS_MAX = 65_536;

    private final UUID boot;
    private final EventLog events;
    private final List<ExitListener> listeners = new CopyOnWriteArrayList<>();

    // Guarded by this object's monitor. Processes and threads have inodes of one sequence, but the first thread of a
    // process has that of the process.
    private final Map<Long, Task> processes = new HashMap<>();
    private final Map<Long, Task> threads = new HashMap<>();

    // By inode, what number it had when it was seen; the oldest go. Guarded by itself.
    private final Map<Long, Long> hints = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > HINTS_MAX;
        }
    };

    /** Tasks that ended or were reaped; the last one, none, ends the thread. */
    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();

    private final Thread telling =
            Thread.ofPlatform().daemon().name("ring3-pidfs").unstarted(this::tell);

    /** A task that may have changed. */
    private record Change(@Nullable Task task, boolean reaped) {}

    Tasks(EventLog events) {
        this.events = events;
        try (Pidfd self = Pidfd.self()) {
            this.boot = self.id().boot();
        }
        telling.start();
    }

    UUID boot() {
        return boot;
    }

    void add(ExitListener listener) {
        listeners.add(listener);
    }

    void remove(ExitListener listener) {
        listeners.remove(listener);
    }

    /** Holds it; to be given back with {@link #release}. ESTALE if it is gone. */
    Task hold(Inode inode) {
        boolean isThread = inode.kind().isOfThread();
        synchronized (this) {
            Task held = table(isThread).get(inode.number());
            if (held != null) {
                held.hold();
                return held;
            }
        }
        Task opened = open(inode.number(), isThread);
        Task held;
        synchronized (this) {
            held = table(isThread).computeIfAbsent(inode.number(), _ -> opened);
            held.hold();
        }
        if (held != opened) {
            opened.pidfd().close();
        }
        return held;
    }

    void release(Task task) {
        synchronized (this) {
            if (!task.letGo()) {
                return;
            }
            table(task.isThread()).remove(task.number());
        }
        task.pidfd().close();
    }

    /** Does something with it while it is held. */
    <T extends @Nullable Object> T with(Inode inode, Function<Task, T> action) {
        Task task = hold(inode);
        try {
            return action.apply(task);
        } finally {
            release(task);
        }
    }

    private Map<Long, Task> table(boolean isThread) {
        return isThread ? threads : processes;
    }

    private Task open(long number, boolean isThread) {
        try {
            Pidfd hinted = openHinted(number, isThread);
            if (hinted != null) {
                return Task.of(number, isThread, hinted);
            }
            if (!isThread) {
                return Task.of(number, false, Pidfd.reopen(new PidfdId.Inode(boot, number)));
            }
        } catch (LinuxException _) {
            // It is gone.
        }
        throw Task.stale(number);
    }

    private @Nullable Pidfd openHinted(long number, boolean isThread) {
        Long hint;
        synchronized (hints) {
            hint = hints.get(number);
        }
        if (hint == null) {
            return null;
        }
        try {
            Pidfd candidate = isThread ? Pidfd.openThread(hint) : Pidfd.open(hint);
            if (inode(candidate) == number) {
                return candidate;
            }
            candidate.close();
        } catch (LinuxException _) {
            // Its number is free again, or a thread's.
        }
        synchronized (hints) {
            hints.remove(number, hint);
        }
        return null;
    }

    private static long inode(Pidfd pidfd) {
        return pidfd.id() instanceof PidfdId.Inode(UUID _, long inode) ? inode : 0;
    }

    /** The inode of the process that has this number now; 0 if none has. */
    long processOf(long pid) {
        return numberOf(pid, false);
    }

    /** The inode of the thread that has this number now; 0 if none has. */
    long threadOf(long tid) {
        return numberOf(tid, true);
    }

    private long numberOf(long pid, boolean isThread) {
        try (Pidfd pidfd = isThread ? Pidfd.openThread(pid) : Pidfd.open(pid)) {
            long number = inode(pidfd);
            synchronized (hints) {
                hints.put(number, pid);
            }
            return number;
        } catch (LinuxException _) {
            return 0; // gone, or a thread where a process is asked for
        }
    }

    /** The inode of the process that a process or thread is or belongs to; 0 if it is gone. */
    long processOfAny(long pid) {
        long process = processOf(pid);
        if (process != 0) {
            return process;
        }
        try (Pidfd thread = Pidfd.openThread(pid)) {
            return thread.info().ids().map(ids -> processOf(ids.processId())).orElse(0L);
        } catch (LinuxException _) {
            return 0;
        }
    }

    /** From now on its end is told, as long as it is held. */
    void watch(Task task) {
        synchronized (this) {
            if (!task.beginWatch()) {
                return;
            }
        }
        // Cancelled when it is let go.
        var _ = task.pidfd().onExit().thenRun(() -> changes.add(new Change(task, false)));
        var _ = task.pidfd().onReaped().thenRun(() -> changes.add(new Change(task, true)));
    }

    private void tell() {
        try {
            for (Change next = changes.take(); next.task != null; next = changes.take()) {
                tell(next.task, next.reaped);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Task task, boolean reaped) {
        try {
            if (reaped && !task.isThread()) {
                tellExit(task);
            }
            task.changed();
        } catch (IllegalStateException _) {
            // Let go meanwhile: nobody waits.
        } catch (LinuxException | FsException e) {
            LOG.log(Logger.Level.WARNING, "the end of {0} could not be told: {1}", task.pidfd(), e.getMessage());
        }
    }

    private void tellExit(Task task) {
        ExitStatus status = task.pidfd().exitStatus().orElse(null);
        if (status == null) {
            return;
        }
        int pid = (int) task.pidfd().pid();
        events.add("exit\t%d\t%d\t%s\n".formatted(task.number(), pid, TaskText.exit(status)));
        ExitListener.Ended ended = new ExitListener.Ended(
                task.number(),
                pid,
                status.waitStatus(),
                task.user(),
                task.group(),
                task.info().cgroupId().orElse(0));
        listeners.forEach(listener -> listener.exited(ended));
    }

    @Override
    public void close() {
        changes.add(new Change(null, false));
        synchronized (this) {
            processes.values().forEach(task -> task.pidfd().close());
            threads.values().forEach(task -> task.pidfd().close());
            processes.clear();
            threads.clear();
        }
    }
}
