package dev.ring3.server.api;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.transfer.TransferPosition;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.fs.vfs.SubvolumeAccess;
import dev.ring3.fs.volume.SendRequest;
import dev.ring3.linux.Errno;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Method;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Snapshots as streams: {@code docs/send-format.md}. */
final class StreamsResource implements Resource {
    private final VolumePaths paths;

    StreamsResource(VolumePaths paths) {
        this.paths = paths;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/subvolumes/{id}/stream", Access.ADMIN, this::send)
                .says(
                        "What a read-only subvolume shows, or how it differs from an earlier one, to be received elsewhere.")
                .asks("since", "the number of an earlier one, which the other side has")
                .asks("resume", "how far the other side is: the \"position\" of what it has received")
                .answersAs("application/octet-stream");
        routes.upload(Method.PUT, "/api/v1/stream", Access.ADMIN, this::receive)
                .says("Makes a read-only subvolume of what was sent, or goes on with one; what has come stays.")
                .needs("path", "where it is to be, percent-encoded bytes; a directory has to be above it")
                .answers(Shape.object()
                        .with("id", Shape.whole("the subvolume's number"))
                        .with("path", Shape.text("where it is")))
                .forReceivers();
    }

    private SubvolumeAccess subvolumes() {
        return new SubvolumeAccess(paths.vfs(), paths.control());
    }

    private Response send(Request request) {
        SubvolumeId id = SubvolumesResource.id(request.pathNumber("id"));
        Optional<SubvolumeId> since =
                request.query("since").map(_ -> SubvolumesResource.id(request.requiredNumber("since")));
        TransferPosition from =
                request.query("resume").map(TransferPosition::parse).orElse(TransferPosition.START);
        SendRequest wanted = new SendRequest(id, since, from);
        paths.control().requireSendable(wanted); // while the answer can still say what is wrong
        return Response.chunks(
                "application/octet-stream", new SendChunks(out -> subvolumes().send(VolumePaths.CALLER, wanted, out)));
    }

    private ReceiveUpload receive(Request request) {
        byte[] path = request.requiredBytes("path");
        Receivers.of(request).requireCopy(new String(path, StandardCharsets.UTF_8));
        PathWalk.End end = paths.end(path, true);
        Name name = end.name();
        if (name == null) {
            throw new FsException(Errno.EEXIST, "receive", new String(path, StandardCharsets.UTF_8));
        }
        NodeId directory = end.directory();
        return new ReceiveUpload(
                paths, in -> subvolumes().receive(VolumePaths.CALLER, directory, name, (_, _) -> {}, in));
    }
}
