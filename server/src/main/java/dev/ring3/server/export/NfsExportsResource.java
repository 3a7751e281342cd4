package dev.ring3.server.export;

import dev.ring3.server.event.Events;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** What NFS exports, changed while it runs. */
public final class NfsExportsResource implements Resource {
    private static final String NFS = "/api/v1/exports/nfs";

    private final NfsExports exports;
    private final Events events;

    /** @param events told of each change */
    public NfsExportsResource(NfsExports exports, Events events) {
        this.exports = exports;
        this.events = events;
    }

    private static Shape.Members settings(Shape.Members shape) {
        return shape.maybe("readOnly", Shape.flag("whether nothing can be written through it"))
                .maybe("async", Shape.flag("whether operations on names are answered before they are durable"))
                .maybe("insecure", Shape.flag("whether calls from any port are believed"))
                .maybe("squash", Shape.choice("whose user ids become nobody's", "root", "all", "none"))
                .maybe("clients", Shape.array(Shape.text("who may have it; none for this machine alone")));
    }

    @Override
    public void routes(Routes routes) {
        routes.post(NFS, Access.ADMIN, this::add)
                .says("Exports a subvolume by NFS from now on, over restarts; either / alone, or others.")
                .takes(settings(Shape.object().with("path", Shape.text("where it is, and clients find it"))));
        routes.patch(NFS, Access.ADMIN, this::change)
                .says("Changes how a subvolume is exported by NFS; what is not given stays.")
                .needs("path", "where it is, percent-encoded")
                .takes(settings(Shape.object()));
        routes.delete(NFS, Access.ADMIN, this::remove)
                .says("Exports a subvolume by NFS no more; what clients hold there is gone.")
                .needs("path", "where it is, percent-encoded");
        routes.post(NFS + "/reset", Access.ADMIN, this::reset)
                .says("Exports by NFS what the server was started with, and forgets what was changed.");
    }

    private static String path(Request request) {
        return new String(request.requiredBytes("path"), StandardCharsets.UTF_8);
    }

    private Response changed() {
        events.publish("exports.changed", new JsonObject());
        return Response.empty();
    }

    private Response add(Request request) {
        JsonObject body = request.json();
        body.text("path");
        exports.add(body);
        return changed();
    }

    private Response change(Request request) {
        exports.change(path(request), request.json());
        return changed();
    }

    private Response remove(Request request) {
        exports.remove(path(request));
        return changed();
    }

    private Response reset(Request request) {
        exports.reset();
        return changed();
    }
}
