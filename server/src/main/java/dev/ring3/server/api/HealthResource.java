package dev.ring3.server.api;

import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.http.Status;
import dev.ring3.server.json.JsonObject;
import java.util.function.BooleanSupplier;

/** What whoever watches over processes asks; by anybody, and tells nothing else. */
final class HealthResource implements Resource {
    private static final Shape.Members HEALTH = Shape.object().with("status", Shape.choice("how it is", "up", "down"));

    private final BooleanSupplier ready;

    HealthResource(BooleanSupplier ready) {
        this.ready = ready;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/health/live", Access.PUBLIC, _ -> answer(true))
                .says("Whether the process answers.")
                .answers(HEALTH);
        routes.get("/health/ready", Access.PUBLIC, this::ready)
                .says("Whether it serves; 503 if it does not, as while it stops.")
                .answers(HEALTH);
    }

    private Response ready(Request request) {
        return answer(ready.getAsBoolean());
    }

    private static Response answer(boolean up) {
        return Response.json(new JsonObject().put("status", up ? "up" : "down"))
                .withStatus(up ? Status.OK : Status.UNAVAILABLE);
    }
}
