package dev.ring3.server.event;

import dev.ring3.server.http.EventSource;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One listener's events that it has not taken yet. */
final class Subscription implements EventSource {
    private static final int WAITING_MAX = 2 * Events.KEPT;

    private final List<Subscription> all;
    private final String caller;
    private final ReentrantLock lock = new ReentrantLock(); // no monitor: a virtual thread waits
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<Event> waiting = new ArrayDeque<>();
    private boolean ended;

    private Subscription(List<Subscription> all, String caller) {
        this.all = all;
        this.caller = caller;
    }

    static Subscription of(List<Subscription> all, String caller) {
        long ofCaller = all.stream().filter(each -> each.caller.equals(caller)).count();
        if (all.size() >= Events.LISTENERS_MAX || ofCaller >= Events.LISTENERS_MAX / 2) {
            throw new HttpException(
                    Status.UNAVAILABLE,
                    "EAGAIN",
                    "%d listen to events already, %d of them with this credential".formatted(all.size(), ofCaller));
        }
        Subscription subscription = new Subscription(all, caller);
        all.add(subscription);
        return subscription;
    }

    void offer(Event event) {
        lock.lock();
        try {
            if (waiting.size() >= WAITING_MAX) {
                waiting.clear();
                waiting.add(Events.missed(event.id()));
            }
            waiting.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Event next(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long leftNanos = patience.toNanos();
            while (waiting.isEmpty() && !ended && leftNanos > 0) {
                leftNanos = changed.awaitNanos(leftNanos);
            }
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isEnded() {
        lock.lock();
        try {
            return ended && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        all.remove(this);
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
