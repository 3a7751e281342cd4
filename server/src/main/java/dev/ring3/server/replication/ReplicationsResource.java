package dev.ring3.server.replication;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import dev.ring3.server.client.RemoteAddress;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.http.Status;
import dev.ring3.server.job.Job;
import dev.ring3.server.json.JsonObject;
import java.util.function.Supplier;

/** Subvolumes that are copied to other servers. */
public final class ReplicationsResource implements Resource {
    private static final Shape.Members REPLICATION = Shape.object()
            .with("id", Shape.whole("its number"))
            .with("subvolume", Shape.whole("the number of the subvolume here"))
            .with("url", Shape.text("the other server"))
            .with("into", Shape.text("the subvolume there in which its snapshots are"))
            .with("everySeconds", Shape.whole("how often; 0 for when it is asked to"))
            .with("keepHourly", Shape.whole("of how many hours the newest is kept there"))
            .with("keepDaily", Shape.whole("of how many days"))
            .with("keepWeekly", Shape.whole("of how many weeks"))
            .with("bytesPerSecond", Shape.whole("how fast it sends at most; 0 for no limit"))
            .with("prefix", Shape.text("what the names of its snapshots begin with, on both sides"))
            .maybe(
                    "sent",
                    Shape.object()
                            .with("name", Shape.text("the snapshot that the other side has, and increments build on"))
                            .with("time", Shape.text("when it was taken")))
            .maybe("job", Shape.whole("the job that it runs as, while it runs"))
            .maybe("next", Shape.text("when it is run next by itself"));

    private final Replications replications;
    private final Shape job;

    /** @param job what a job looks like */
    public ReplicationsResource(Replications replications, Shape job) {
        this.replications = replications;
        this.job = job;
    }

    private static Shape.Members paced(Shape.Members shape) {
        return shape.maybe("everySeconds", Shape.whole("how often: 60 at least; 0, as if not given, for by hand"))
                .maybe("keepHourly", Shape.whole("of how many hours the newest is kept there; 0 if not given"))
                .maybe("keepDaily", Shape.whole("of how many days; 0 if not given"))
                .maybe("keepWeekly", Shape.whole("of how many weeks; 0 if not given"))
                .maybe("bytesPerSecond", Shape.whole("65536 at least; no limit if 0 or not given"));
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/replications", Access.READ, this::list)
                .says("The subvolumes that are copied to other servers.")
                .answers(Shape.object().with("replications", Shape.array(REPLICATION)));
        routes.post("/api/v1/replications", Access.ADMIN, this::add)
                .says(
                        "Copies a subvolume to another server from now on; of the copies there the newest is always kept.")
                .takes(paced(Shape.object()
                        .with("subvolume", Shape.whole("its number"))
                        .with("url", Shape.text("the other server: https://nas.example; http:// only on this machine"))
                        .with("into", Shape.text("a subvolume there, made if it is not there: /backup/projects"))
                        .with("token", Shape.text("made there, for an admin; it is never told again"))
                        .maybe("certificates", Shape.text("in PEM, which alone are trusted then"))))
                .answers(REPLICATION);
        routes.patch("/api/v1/replications/{id}", Access.ADMIN, this::change)
                .says("Changes what is set for one that does not run; what is not given stays.")
                .takes(paced(Shape.object().maybe("token", Shape.text("another one"))))
                .answers(REPLICATION);
        routes.post("/api/v1/replications/{id}/run", Access.ADMIN, this::run)
                .says("Runs one now, as a job.")
                .takes(Shape.object()
                        .maybe(
                                "reset",
                                Shape.flag("true: also where the other side has changed; from what both still have,"
                                        + " or with everything")))
                .answers(job);
        routes.delete("/api/v1/replications/{id}", Access.ADMIN, this::remove)
                .says("Copies no more; what the other side has stays there.");
    }

    private JsonObject json(Replication replication) {
        JsonObject json = replication.json();
        replications.job(replication.id()).map(Job::id).ifPresent(id -> json.put("job", id));
        replications.next(replication).ifPresent(next -> json.put("next", next.toString()));
        return json;
    }

    private Response list(Request request) {
        return Response.json(new JsonObject()
                .putObjects(
                        "replications",
                        replications.list().stream().map(this::json).toList()));
    }

    private static <T> T meant(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new FsException(Errno.EINVAL, "replicate", String.valueOf(e.getMessage()));
        }
    }

    private Response add(Request request) {
        JsonObject body = request.json();
        Destination destination = meant(() -> new Destination(
                RemoteAddress.parse(body.text("url")),
                body.text("into"),
                body.text("token"),
                body.optionalText("certificates")));
        meant(destination::client).close(); // refuses certificates that are none
        Pace pace = meant(() -> Pace.of(body, Pace.USUAL));
        SubvolumeId subvolume = meant(() -> new SubvolumeId(body.number("subvolume")));
        return Response.created(json(replications.add(subvolume, destination, pace)));
    }

    private Response change(Request request) {
        JsonObject body = request.json();
        Replication after = replications.change(
                request.pathNumber("id"),
                before -> meant(() -> before.with(
                        body.optionalText("token")
                                .map(before.destination()::withToken)
                                .orElse(before.destination()),
                        Pace.of(body, before.pace()))));
        return Response.json(json(after));
    }

    private Response run(Request request) {
        Job started = replications.run(request.pathNumber("id"), request.json().flag("reset"));
        return Response.json(started.json()).withStatus(Status.ACCEPTED);
    }

    private Response remove(Request request) {
        replications.remove(request.pathNumber("id"));
        return Response.empty();
    }
}
