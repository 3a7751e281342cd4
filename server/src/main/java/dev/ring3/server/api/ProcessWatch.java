package dev.ring3.server.api;

import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.PidfdId;
import dev.ring3.linux.RunningProcess;
import dev.ring3.server.event.ProcessEnds;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Watches processes as long as somebody looks at them: those of the last list, by a descriptor each, until a while after
 * it was asked for. How they end needs Linux 6.15; before that their ends are not told.
 */
final class ProcessWatch implements AutoCloseable {
    private static final int WATCHED_MAX = 4096;
    private static final long PATIENCE_SECONDS = 15;

    private final ProcessEnds ends;

    // Guarded by this object's monitor.
    private final Map<PidfdId, Pidfd> watched = new HashMap<>();
    private long looks;
    private boolean closed;

    ProcessWatch(ProcessEnds ends) {
        this.ends = ends;
    }

    /** Somebody looked at these. */
    synchronized void looked(List<RunningProcess> processes) {
        if (closed) {
            return;
        }
        for (Iterator<Pidfd> all = watched.values().iterator(); all.hasNext(); ) {
            Pidfd pidfd = all.next();
            if (pidfd.state() == Pidfd.State.REAPED) {
                all.remove();
                pidfd.close();
            }
        }
        processes.forEach(this::watch);
        long look = ++looks;
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(() -> endIfLast(look));
    }

    private void watch(RunningProcess process) {
        if (watched.size() >= WATCHED_MAX || watched.containsKey(process.id())) {
            return;
        }
        try {
            Pidfd pidfd = Pidfd.open(process.pid());
            if (!pidfd.id().equals(process.id()) || !(pidfd.id() instanceof PidfdId.Inode(var _, long inode))) {
                pidfd.close(); // another one has its number by now
                return;
            }
            watched.put(process.id(), pidfd);
            // Cancelled when it is closed.
            var _ = pidfd.onReaped().thenAccept(status -> ends.publish(inode, process.pid(), status.waitStatus()));
        } catch (LinuxException _) {
            // It has ended.
        }
    }

    private synchronized void endIfLast(long look) {
        if (look == looks) {
            forget();
        }
    }

    private void forget() {
        watched.values().forEach(Pidfd::close);
        watched.clear();
    }

    @Override
    public synchronized void close() {
        closed = true;
        forget();
    }
}
