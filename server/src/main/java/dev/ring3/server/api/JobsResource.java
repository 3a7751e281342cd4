package dev.ring3.server.api;

import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.http.Status;
import dev.ring3.server.job.Job;
import dev.ring3.server.job.Jobs;
import dev.ring3.server.json.JsonObject;

/** Work that takes long: started, looked at, cancelled. */
final class JobsResource implements Resource {
    static final Shape.Members JOB = Shape.object()
            .with("id", Shape.whole("its number"))
            .with("kind", Shape.text("what is done: check, scrub, snapshot"))
            .with("title", Shape.text("the same, for people"))
            .with("state", Shape.choice("how far it is", "running", "done", "failed", "cancelled"))
            .with("started", Shape.text("when it began"))
            .maybe("ended", Shape.text("when it ended"))
            .with("done", Shape.whole("how much is done"))
            .maybe("total", Shape.whole("of how much, where that is known"))
            .with("unit", Shape.text("of what"))
            .maybe("message", Shape.text("why it failed"))
            .maybe("result", Shape.any("what came out"));

    private final Jobs jobs;
    private final Audits audits;

    JobsResource(Jobs jobs, Audits audits) {
        this.jobs = jobs;
        this.audits = audits;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/jobs", Access.READ, this::list)
                .says("The jobs that run, and the last that ended; the newest first.")
                .answers(Shape.object().with("jobs", Shape.array(JOB)));
        routes.get("/api/v1/jobs/{id}", Access.READ, this::show).says("A job.").answers(JOB);
        routes.post("/api/v1/jobs", Access.ADMIN, this::start)
                .says("Starts a check of the volume's structure, or a scrub, which reads and checks all data.")
                .takes(Shape.object().with("kind", Shape.choice("which", "check", "scrub")))
                .answers(JOB);
        routes.delete("/api/v1/jobs/{id}", Access.ADMIN, this::cancel)
                .says("Lets a job stop as soon as it can.")
                .answers(JOB);
    }

    private Response list(Request request) {
        return Response.json(new JsonObject()
                .putObjects("jobs", jobs.list().stream().map(Job::json).toList()));
    }

    private Response show(Request request) {
        return Response.json(jobs.get(request.pathNumber("id")).json());
    }

    private Response start(Request request) {
        Job job = switch (request.json().text("kind")) {
            case "check" -> jobs.start("check", "check the structure of the volume", audits::check);
            case "scrub" -> jobs.start("scrub", "read and check all data", audits::scrub);
            default -> throw HttpException.badRequest("\"kind\" is check or scrub");
        };
        return Response.json(job.json()).withStatus(Status.ACCEPTED);
    }

    private Response cancel(Request request) {
        jobs.cancel(request.pathNumber("id"));
        return show(request);
    }
}
