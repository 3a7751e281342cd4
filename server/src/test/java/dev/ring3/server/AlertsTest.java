package dev.ring3.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.server.event.Events;
import dev.ring3.server.http.EventSource;
import dev.ring3.server.job.Job;
import dev.ring3.server.job.JobState;
import dev.ring3.server.job.Jobs;
import dev.ring3.server.job.Work;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is told without being asked for. */
class AlertsTest {
    private final Events events = new Events(InstantSource.system());

    private static Job ended(Job job) throws InterruptedException {
        while (job.state() == JobState.RUNNING) {
            Thread.sleep(1);
        }
        return job;
    }

    @Test
    void damage_isAnAlertEachTimeThereIsMore_andStaysAProblem() throws Exception {
        AtomicLong reads = new AtomicLong();
        AtomicLong writes = new AtomicLong();
        try (EventSource told = events.listen("test", -1);
                DamageWatch watch = new DamageWatch(events, reads::get, writes::get)) {
            watch.look();
            assertThat(watch.problems()).isEmpty();
            reads.set(3);
            watch.look();
            watch.look();
            writes.set(1);
            watch.look();

            assertThat(watch.problems()).hasSize(2);
            assertThat(watch.problems().getFirst()).contains("3 times").contains("scrub");
            // One of the reads, then both, because there was more; nothing of the look in between.
            for (int i = 0; i < 3; i++) {
                assertThat(told.next(Duration.ofSeconds(1)))
                        .matches(event -> Objects.requireNonNull(event).type().equals("alert"));
            }
            assertThat(told.next(Duration.ofMillis(1))).isNull();
        }
    }

    @Test
    void failedJob_isAProblemUntilOneLikeItGoesWell() throws Exception {
        try (Jobs jobs = new Jobs(events, InstantSource.system())) {
            ended(jobs.start("scrub", "scrub it", _ -> {
                throw new Work.FailedException("damaged", new JsonObject());
            }));
            ended(jobs.start("check", "check it", _ -> new JsonObject()));
            assertThat(jobs.problems())
                    .singleElement()
                    .asString()
                    .contains("scrub it")
                    .contains("damaged");
            assertThat(jobs.failures()).isEqualTo(1);

            ended(jobs.start("scrub", "scrub it", _ -> new JsonObject()));

            assertThat(jobs.problems()).isEmpty();
            assertThat(jobs.failures()).isEqualTo(1);
        }
    }
}
