package dev.ring3.server.schedule;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.SubvolumeControl;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.server.event.Events;
import dev.ring3.server.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The snapshots that schedules took: told by their names and by what they are snapshots of. */
public final class ScheduledSnapshots {
    /**
     * One of them.
     *
     * @param when as its name says
     */
    private record Taken(SubvolumeId id, String name, Instant when) {}

    private final SubvolumeControl control;
    private final Events events;
    private final InstantSource clock;

    public ScheduledSnapshots(SubvolumeControl control, Events events, InstantSource clock) {
        this.control = control;
        this.events = events;
        this.clock = clock;
    }

    /** ESTALE if there is no such subvolume. */
    void require(SubvolumeId id) {
        control.info(id);
    }

    /** Those of a schedule, in the order in which they were taken. */
    private List<Taken> of(Schedule schedule) {
        return control.list().stream()
                .filter(info -> schedule.subvolume().equals(info.origin()))
                .flatMap(info -> taken(schedule, info).stream())
                .sorted(Comparator.comparing(Taken::id))
                .toList();
    }

    private static Optional<Taken> taken(Schedule schedule, SubvolumeInfo info) {
        String name = info.name().toString();
        return TimedName.moment(schedule.prefix(), name).map(when -> new Taken(info.id(), name, when));
    }

    /** When the newest of a schedule was taken. */
    Optional<Instant> newest(Schedule schedule) {
        return of(schedule).stream().map(Taken::when).reduce((_, last) -> last);
    }

    /** Takes one, and deletes those that are no longer kept. One that cannot be deleted is left for the next time. */
    JsonObject take(Schedule schedule) {
        String name = TimedName.of(schedule.prefix(), clock.instant());
        SubvolumeId taken = control.snapshot(schedule.subvolume(), Name.of(name), true);
        events.publish(
                "snapshot.created",
                new JsonObject()
                        .put(
                                "subvolume",
                                new JsonObject().put("id", taken.value()).put("name", name)));
        List<String> deleted = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Taken expired : schedule.retention().expired(of(schedule), Taken::when)) {
            delete(expired, deleted, left);
        }
        return new JsonObject()
                .put("id", taken.value())
                .put("name", name)
                .putTexts("deleted", deleted)
                .putTexts("left", left);
    }

    private void delete(Taken expired, List<String> deleted, List<String> left) {
        String name = expired.name();
        try {
            control.delete(expired.id());
            deleted.add(name);
            events.publish(
                    "subvolume.deleted",
                    new JsonObject()
                            .put(
                                    "subvolume",
                                    new JsonObject()
                                            .put("id", expired.id().value())
                                            .put("name", name)));
        } catch (FsException e) { // held, or with subvolumes of its own
            left.add("%s: %s".formatted(name, e.getMessage()));
        }
    }
}
