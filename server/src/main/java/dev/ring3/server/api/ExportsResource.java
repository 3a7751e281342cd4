package dev.ring3.server.api;

import dev.ring3.server.export.Exports;
import dev.ring3.server.export.MountRequest;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where the namespace is used from, and mounts on this machine. */
final class ExportsResource implements Resource {
    static final Shape.Members EXPORT = Shape.object()
            .with("kind", Shape.text("what speaks there: fuse, nfs"))
            .with("address", Shape.text("the directory, or the address and port"))
            .with("readOnly", Shape.flag("whether nothing can be written there"))
            .maybe("path", Shape.text("of NFS: the subvolume, and where clients find it"))
            .maybe("async", Shape.flag("of NFS: whether operations on names are answered before they are durable"))
            .maybe("insecure", Shape.flag("of NFS: whether calls from any port are believed"))
            .maybe("squash", Shape.choice("of NFS: whose user ids become nobody's", "root", "all", "none"))
            .maybe(
                    "tls",
                    Shape.choice(
                            "of NFS: whether clients may ask for TLS, or those of other machines have to",
                            "off",
                            "offered",
                            "required"))
            .maybe("clients", Shape.array(Shape.text("of NFS: who may come; empty for this machine alone")))
            .with("how", Shape.text("how it is used: the directory, or a command that mounts it"));

    private final Exports exports;

    ExportsResource(Exports exports) {
        this.exports = exports;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/exports", Access.READ, this::list)
                .says("Where the namespace is used from.")
                .answers(Shape.object().with("exports", Shape.array(EXPORT)));
        routes.post("/api/v1/mounts", Access.ADMIN, this::mount)
                .says("Mounts the namespace in a directory of the server's machine.")
                .takes(Shape.object()
                        .with("directory", Shape.text("an absolute path"))
                        .maybe("readOnly", Shape.flag("true: nothing can be written there"))
                        .maybe("allowOther", Shape.flag("true: other users are let in; where root mounts, always")))
                .answers(EXPORT);
        routes.delete("/api/v1/mounts", Access.ADMIN, this::unmount)
                .says("Takes a mount away.")
                .needs("directory", "its absolute path");
    }

    private Response list(Request request) {
        return Response.json(new JsonObject().putObjects("exports", exports.list()));
    }

    private Response mount(Request request) {
        JsonObject body = request.json();
        return Response.created(exports.mounts()
                .add(new MountRequest(
                        directory(body.text("directory")), body.flag("readOnly"), body.flag("allowOther"))));
    }

    private Response unmount(Request request) {
        exports.mounts().remove(directory(new String(request.requiredBytes("directory"), StandardCharsets.UTF_8)));
        return Response.empty();
    }

    /** The server's own working directory is nobody else's. */
    private static Path directory(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // As for one that is not absolute.
        }
        throw HttpException.badRequest("\"%s\" is no absolute path".formatted(text));
    }
}
