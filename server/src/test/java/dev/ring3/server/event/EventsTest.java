package dev.ring3.server.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.server.http.EventSource;
import dev.ring3.server.http.EventSource.Event;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
    private final Events events = new Events(InstantSource.system());

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            events.publish("a.b", new JsonObject());
        }
    }

    /** What waits for a listener, as {@code type id}. */
    private static List<String> waiting(EventSource source) throws InterruptedException {
        List<String> all = new ArrayList<>();
        for (Event event = source.next(Duration.ZERO); event != null; event = source.next(Duration.ZERO)) {
            all.add(event.type() + " " + event.id());
        }
        return all;
    }

    @Test
    void listener_thatTakesNone_keepsSoManyAndIsToldThatItMissedSome() throws Exception {
        try (EventSource slow = events.listen("slow", -1)) {
            publish(100_000);

            List<String> waiting = waiting(slow);
            assertThat(waiting).hasSizeLessThanOrEqualTo(2 * Events.KEPT);
            assertThat(waiting.getFirst()).startsWith("missed ");
            assertThat(waiting.getLast()).isEqualTo("a.b 100000");
        }
    }

    @Test
    void listener_thatComesBack_goesOnBehindWhatItSaw() throws Exception {
        publish(10);
        try (EventSource back = events.listen("a", 7)) {
            assertThat(waiting(back)).containsExactly("a.b 8", "a.b 9", "a.b 10");
        }
        publish(Events.KEPT);
        try (EventSource late = events.listen("a", 7)) {
            assertThat(waiting(late)).hasSize(Events.KEPT + 1).startsWith("missed 1034", "a.b 11");
        }
        try (EventSource ofAnotherRun = events.listen("a", 1_000_000)) {
            assertThat(waiting(ofAnotherRun)).containsExactly("missed 1034");
        }
    }

    @Test
    void listeners_areBounded_allTogetherAndOfEachCaller() {
        List<EventSource> all = new ArrayList<>();
        for (int i = 0; i < Events.LISTENERS_MAX / 2; i++) {
            all.add(events.listen("one", -1));
        }
        assertThatThrownBy(() -> events.listen("one", -1)).isInstanceOf(HttpException.class);
        for (int i = 0; i < Events.LISTENERS_MAX / 2; i++) {
            all.add(events.listen("caller " + i, -1));
        }
        assertThatThrownBy(() -> events.listen("new", -1)).isInstanceOf(HttpException.class);

        all.getFirst().close();

        events.listen("new", -1).close();
        all.forEach(EventSource::close);
    }
}
