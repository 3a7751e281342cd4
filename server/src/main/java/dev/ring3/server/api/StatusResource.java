package dev.ring3.server.api;

import dev.ring3.server.export.Exports;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.job.Job;
import dev.ring3.server.job.JobState;
import dev.ring3.server.job.Jobs;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** How a server is, at a glance. */
final class StatusResource implements Resource {
    private final StatusSource source;
    private final VolumeResource volume;
    private final Exports exports;
    private final Jobs jobs;

    StatusResource(StatusSource source, VolumeResource volume, Exports exports, Jobs jobs) {
        this.source = source;
        this.volume = volume;
        this.exports = exports;
        this.jobs = jobs;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/status", Access.READ, this::show)
                .says("How the server is, at a glance.")
                .answers(Shape.object()
                        .with("version", Shape.text("of Ring3"))
                        .with("jdk", Shape.text("what it runs on"))
                        .with("pid", Shape.whole("the process"))
                        .with("started", Shape.text("when it began"))
                        .with("uptimeSeconds", Shape.whole("for how long it runs"))
                        .with("data", Shape.text("the data directory"))
                        .maybe("http", Shape.text("where the console is"))
                        .with("ready", Shape.flag("whether it serves"))
                        .with("volume", VolumeResource.VOLUME)
                        .with("exports", Shape.array(ExportsResource.EXPORT))
                        .with("jobsRunning", Shape.whole("how many jobs run"))
                        .with("jobsFailed", Shape.whole("how many of the last ones failed"))
                        .with("problems", Shape.array(Shape.text("what is wrong, for people"))));
    }

    private Response show(Request request) {
        JsonObject status = new JsonObject()
                .put("version", Api.version())
                .put("jdk", Runtime.version().toString())
                .put("pid", ProcessHandle.current().pid())
                .put("started", source.started().toString())
                .put(
                        "uptimeSeconds",
                        Duration.between(source.started(), Instant.now()).toSeconds())
                .put("data", source.data().toString());
        source.httpUrl().ifPresent(url -> status.put("http", url));
        return Response.json(status.put("ready", source.isReady())
                .put("volume", volume.json())
                .putObjects("exports", exports.list())
                .put("jobsRunning", count(JobState.RUNNING))
                .put("jobsFailed", count(JobState.FAILED))
                .putTexts(
                        "problems",
                        Stream.concat(source.problems().stream(), jobs.problems().stream())
                                .toList()));
    }

    private long count(JobState state) {
        return jobs.list().stream().map(Job::state).filter(state::equals).count();
    }
}
