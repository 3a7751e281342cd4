package dev.ring3.server.api;

import dev.ring3.server.http.Access;
import dev.ring3.server.http.OpenApi;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Router;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;

/** The description of the API. */
final class OpenApiResource implements Resource {
    private final Router router;
    private final String version;

    OpenApiResource(Router router, String version) {
        this.router = router;
        this.version = version;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/openapi.json", Access.READ, this::describe)
                .says("This description.")
                .answers(Shape.any("OpenAPI 3.1"));
    }

    private Response describe(Request request) {
        return Response.json(OpenApi.of(router, version));
    }
}
