package dev.ring3.fuse;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one mount that are answered later, by number, so that INTERRUPT finds them. Each thread reads requests, so
 * an interrupt may be read before the request it is about was begun.
 */
final class Interrupts {
    /** How many interrupts of requests that are not known (yet) are remembered. */
    private static final int EARLY_MAX = 256;

    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();

    /** Requests whose interrupt came before them: the oldest go first. Guarded by itself. */
    private final Set<Long> early = new LinkedHashSet<>();

    /** A request that waits, or is about to. */
    final class Waiting {
        private final long unique;

        // Guarded by this object's monitor.
        private @Nullable Runnable cancel;
        private boolean interrupted;

        private Waiting(long unique) {
            this.unique = unique;
        }

        /** Says how it is cancelled, which happens at once if it was interrupted already. */
        synchronized void onInterrupt(Runnable action) {
            cancel = action;
            if (interrupted) {
                action.run();
            }
        }

        /** It is being answered. */
        void end() {
            waiting.remove(unique, this);
        }

        private synchronized void interrupt() {
            interrupted = true;
            if (cancel != null) {
                cancel.run();
            }
        }
    }

    /** A request begins to wait. */
    Waiting begin(long unique) {
        Waiting self = new Waiting(unique);
        waiting.put(unique, self);
        if (removeEarly(unique)) {
            self.interrupt();
        }
        return self;
    }

    /** Whoever waits there shall not any more. */
    void interrupt(long unique) {
        if (!tryInterrupt(unique)) {
            addEarly(unique);
            if (tryInterrupt(unique)) {
                removeEarly(unique);
            }
        }
    }

    private boolean tryInterrupt(long unique) {
        Waiting found = waiting.get(unique);
        if (found == null) {
            return false;
        }
        found.interrupt();
        return true;
    }

    private void addEarly(long unique) {
        synchronized (early) {
            if (early.size() == EARLY_MAX) {
                early.remove(early.iterator().next());
            }
            early.add(unique);
        }
    }

    private boolean removeEarly(long unique) {
        synchronized (early) {
            return early.remove(unique);
        }
    }
}
