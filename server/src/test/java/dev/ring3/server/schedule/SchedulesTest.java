package dev.ring3.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.server.event.Events;
import dev.ring3.server.job.Job;
import dev.ring3.server.job.JobState;
import dev.ring3.server.job.Jobs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulesTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Retention ALL = new Retention(Retention.MAX, 0, 0);

    @TempDir
    private Path folder;

    private final Volume volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
    private Instant now = Instant.parse("2026-03-01T10:30:00Z");
    private long nanos;
    private final Events events = new Events(() -> now);
    private final Jobs jobs = new Jobs(events, () -> now);
    private Schedules schedules;

    @BeforeEach
    void start() {
        schedules = open();
    }

    private Schedules open() {
        ScheduledSnapshots snapshots = new ScheduledSnapshots(volume.subvolumes(), events, () -> now);
        return new Schedules(folder.resolve("schedules.json"), snapshots, jobs, () -> now, () -> nanos);
    }

    @AfterEach
    void end() {
        jobs.close();
        volume.close();
    }

    /** Time passes, and the schedules are looked at; returns how many snapshots there are. */
    private int after(Duration time) throws InterruptedException {
        nanos += time.toNanos();
        return stepped(time);
    }

    /** The clock is set, though no time passes. */
    private int stepped(Duration time) throws InterruptedException {
        now = now.plus(time);
        schedules.runDue();
        for (Job job : jobs.list()) {
            while (job.state() == JobState.RUNNING) {
                Thread.sleep(1);
            }
            assertThat(job.state()).as(job.json().toString()).isEqualTo(JobState.DONE);
        }
        return taken().size();
    }

    private List<String> taken() {
        return volume.subvolumes().list().stream()
                .filter(info -> info.origin() != null)
                .map(info -> info.name().toString())
                .toList();
    }

    @Test
    void snapshot_isTakenAtOnceAndInEverySlot() throws Exception {
        schedules.add(SubvolumeId.FIRST, HOUR, ALL);

        assertThat(after(Duration.ZERO)).isEqualTo(1);
        assertThat(after(Duration.ofMinutes(29))).isEqualTo(1);
        assertThat(after(Duration.ofMinutes(1))).isEqualTo(2);
        assertThat(after(Duration.ofMinutes(59))).isEqualTo(2);
        assertThat(after(Duration.ofMinutes(1))).isEqualTo(3);
    }

    @Test
    void clock_thatGoesBackAndForth_takesOneAndGoesOn() throws Exception {
        schedules.add(SubvolumeId.FIRST, HOUR, ALL);
        assertThat(after(Duration.ZERO)).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            assertThat(stepped(HOUR)).isEqualTo(1);
            assertThat(stepped(HOUR.negated())).isEqualTo(1);
        }

        assertThat(stepped(Duration.ofDays(3650))).isEqualTo(1);
        assertThat(after(HOUR)).isEqualTo(2);
        assertThat(stepped(Duration.ofDays(-3650))).isEqualTo(2);
        assertThat(after(HOUR)).isEqualTo(3);
        assertThat(after(HOUR)).isEqualTo(4);
    }

    @Test
    void restart_takesNoneWhereOneWasTakenInTheSlot_andGoesOn() throws Exception {
        schedules.add(SubvolumeId.FIRST, HOUR, ALL);
        assertThat(after(Duration.ZERO)).isEqualTo(1);

        schedules = open();

        assertThat(schedules.list()).hasSize(1);
        assertThat(after(Duration.ZERO)).isEqualTo(1);
        assertThat(after(Duration.ofMinutes(29))).isEqualTo(1);
        assertThat(after(Duration.ofMinutes(1))).isEqualTo(2);
    }

    @Test
    void retention_deletesItsOwnSnapshotsAlone_andNotHeldOnes() throws Exception {
        volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("mine"), true);
        Schedule schedule = schedules.add(SubvolumeId.FIRST, HOUR, new Retention(0, 1, 0));
        after(Duration.ZERO);
        SubvolumeInfo first = volume.subvolumes().list().getLast();
        volume.subvolumes().hold(first.id());
        after(HOUR);
        after(HOUR);

        assertThat(taken()).hasSize(3).contains("mine", first.name().toString());
        volume.subvolumes().release(first.id());
        after(HOUR);
        assertThat(taken()).hasSize(2).contains("mine");
        schedules.remove(schedule.id());
        after(HOUR);
        assertThat(taken()).hasSize(2);
    }

    /** A day of wrong time must not cost the snapshots of the right one. */
    @Test
    void clock_thatWasAheadForLong_doesNotMakeNewSnapshotsOld() throws Exception {
        schedules.add(SubvolumeId.FIRST, HOUR, new Retention(4, 0, 0));
        stepped(Duration.ofDays(365));
        for (int i = 0; i < 6; i++) {
            after(HOUR);
        }
        assertThat(stepped(Duration.ofDays(-365))).isEqualTo(4);
        for (int i = 0; i < 3; i++) {
            after(HOUR);
        }

        assertThat(taken()).hasSize(4);
        assertThat(taken().stream().filter(name -> name.contains("2026"))).hasSize(3);
        after(HOUR);
        assertThat(taken()).hasSize(4).allMatch(name -> name.contains("2026"));
    }

    @Test
    void snapshot_ofEveryWeek_isTakenOnMondays() throws Exception {
        now = Instant.parse("2026-03-01T10:30:00Z"); // a Sunday
        Schedule weekly = schedules.add(SubvolumeId.FIRST, Duration.ofDays(7), ALL);
        assertThat(after(Duration.ZERO)).isEqualTo(1);
        assertThat(schedules.next(weekly)).isEqualTo(Instant.parse("2026-03-02T00:00:00Z"));
        assertThat(after(Duration.ofDays(7))).isEqualTo(2);
        assertThat(schedules.next(weekly)).isEqualTo(Instant.parse("2026-03-09T00:00:00Z"));
    }

    @Test
    void schedule_thatCannotBe_isRefused() {
        assertThatThrownBy(() -> schedules.add(SubvolumeId.FIRST, Duration.ofSeconds(59), ALL))
                .isInstanceOf(FsException.class);
        assertThatThrownBy(() -> schedules.add(new SubvolumeId(9), HOUR, ALL)).isInstanceOf(FsException.class);
        assertThatThrownBy(() -> schedules.remove(1)).isInstanceOf(FsException.class);
        assertThat(schedules.list()).isEmpty();
    }

    @Test
    void retention_keepsTheNewestOfHoursDaysAndWeeks() {
        List<Instant> all = new ArrayList<>();
        Instant first = Instant.parse("2026-01-05T00:00:00Z"); // a Monday
        for (int quarter = 0; quarter < 4 * 24 * 28; quarter++) {
            all.add(first.plus(Duration.ofMinutes(15L * quarter)));
        }

        List<Instant> kept = new ArrayList<>(all);
        kept.removeAll(new Retention(2, 2, 3).expired(all, each -> each));

        assertThat(kept)
                .containsExactly(
                        Instant.parse("2026-01-18T23:45:00Z"),
                        Instant.parse("2026-01-25T23:45:00Z"),
                        Instant.parse("2026-01-31T23:45:00Z"),
                        Instant.parse("2026-02-01T22:45:00Z"),
                        Instant.parse("2026-02-01T23:45:00Z"));
        assertThat(new Retention(0, 0, 0).expired(all, each -> each)).hasSize(all.size() - 1);
        assertThat(new Retention(1, 1, 1).expired(List.<Instant>of(), each -> each))
                .isEmpty();
    }
}
