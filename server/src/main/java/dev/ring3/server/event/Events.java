package dev.ring3.server.event;

import dev.ring3.server.http.EventSource;
import dev.ring3.server.http.EventSource.Event;
import dev.ring3.server.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The events of a server. Publishing never waits: the last {@link #KEPT} are kept for those who come back, and who takes
 * them more slowly than they come is told that it missed some.
 */
public final class Events {
    /** How many are kept. */
    public static final int KEPT = 1024;

    /** How many may listen at a time; one caller has half of them at most. */
    public static final int LISTENERS_MAX = 64;

    private final InstantSource clock;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    // Guarded by this object's monitor.
    private final Deque<Event> kept = new ArrayDeque<>();
    private long last;

    public Events(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Tells everybody.
     *
     * @param type two words: {@code job.changed}
     */
    public synchronized void publish(String type, JsonObject data) {
        JsonObject whole =
                new JsonObject().put("time", clock.instant().toString()).putAll(data);
        Event event = new Event(++last, type, whole.compact());
        kept.add(event);
        if (kept.size() > KEPT) {
            kept.remove();
        }
        subscriptions.forEach(subscription -> subscription.offer(event));
    }

    /**
     * Everything from now on, or from behind an event that was seen.
     *
     * @param caller who listens
     * @param after its id; -1 for none
     * @throws dev.ring3.server.http.HttpException 503 if too many listen
     */
    public synchronized EventSource listen(String caller, long after) {
        Subscription subscription = Subscription.of(subscriptions, caller);
        if (after >= 0) {
            long first = kept.isEmpty() ? last + 1 : kept.getFirst().id();
            if (after + 1 < first || after > last) {
                subscription.offer(missed(last));
            }
            kept.stream().filter(event -> event.id() > after).forEach(subscription::offer);
        }
        return subscription;
    }

    /** Told in place of events that are gone: who listens has to look at everything anew. */
    static Event missed(long id) {
        return new Event(id, "missed", "{}");
    }

    /** Ends all streams. */
    public void close() {
        subscriptions.forEach(Subscription::close);
    }
}
