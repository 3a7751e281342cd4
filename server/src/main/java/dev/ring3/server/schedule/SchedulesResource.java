package dev.ring3.server.schedule;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;

/** Schedules of snapshots. */
public final class SchedulesResource implements Resource {
    private static final Shape.Members SCHEDULE = Shape.object()
            .with("id", Shape.whole("its number"))
            .with("subvolume", Shape.whole("the number of the subvolume"))
            .with("everySeconds", Shape.whole("how often"))
            .with("keepHourly", Shape.whole("of how many hours the newest is kept"))
            .with("keepDaily", Shape.whole("of how many days"))
            .with("keepWeekly", Shape.whole("of how many weeks"))
            .with("next", Shape.text("when the next one is taken"));

    private final Schedules schedules;

    public SchedulesResource(Schedules schedules) {
        this.schedules = schedules;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/schedules", Access.READ, this::list)
                .says("When snapshots are taken by themselves.")
                .answers(Shape.object().with("schedules", Shape.array(SCHEDULE)));
        routes.post("/api/v1/schedules", Access.ADMIN, this::add)
                .says("Takes snapshots of a subvolume from now on; the newest is always kept.")
                .takes(Shape.object()
                        .with("subvolume", Shape.whole("its number"))
                        .with("everySeconds", Shape.whole("how often: 60 at least"))
                        .maybe("keepHourly", Shape.whole("of how many hours the newest is kept; 0 if not given"))
                        .maybe("keepDaily", Shape.whole("of how many days; 0 if not given"))
                        .maybe("keepWeekly", Shape.whole("of how many weeks; 0 if not given")))
                .answers(SCHEDULE);
        routes.delete("/api/v1/schedules/{id}", Access.ADMIN, this::remove)
                .says("Takes no more by this schedule; what it took stays.");
    }

    private JsonObject json(Schedule schedule) {
        return schedule.json().put("next", schedules.next(schedule).toString());
    }

    private Response list(Request request) {
        return Response.json(new JsonObject()
                .putObjects(
                        "schedules", schedules.list().stream().map(this::json).toList()));
    }

    private Response add(Request request) {
        JsonObject body = request.json();
        try {
            Retention retention = new Retention(
                    Math.toIntExact(body.number("keepHourly", 0)),
                    Math.toIntExact(body.number("keepDaily", 0)),
                    Math.toIntExact(body.number("keepWeekly", 0)));
            return Response.created(json(schedules.add(
                    new SubvolumeId(body.number("subvolume")),
                    Duration.ofSeconds(body.number("everySeconds")),
                    retention)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new FsException(Errno.EINVAL, "add schedule", String.valueOf(e.getMessage()));
        }
    }

    private Response remove(Request request) {
        schedules.remove(request.pathNumber("id"));
        return Response.empty();
    }
}
