package dev.ring3.server.api;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;

/** The volume as a whole. */
final class VolumeResource implements Resource {
    static final Shape.Members VOLUME = Shape.object()
            .with("uuid", Shape.text("what names the volume"))
            .with("defaultSubvolume", Shape.whole("the number of the subvolume that is mounted"))
            .with("totalBytes", Shape.whole("how much it can hold"))
            .with("freeBytes", Shape.whole("how much of it is free"))
            .with("availableBytes", Shape.whole("how much of it anybody can use"))
            .with("totalInodes", Shape.whole("how many inodes it can hold"))
            .with("freeInodes", Shape.whole("how many more"))
            .with("blockBytes", Shape.whole("the size of a block"))
            .with("pendingKeys", Shape.whole("what is still to be done for deleted subvolumes; 0 if nothing is"));

    private static final Shape.Members USAGE = Shape.object()
            .with("id", Shape.whole("the number of the subvolume"))
            .with("path", Shape.text("where it is"))
            .with("referencedBytes", Shape.whole("what its files have allocated; others may share it"))
            .with("referencedInodes", Shape.whole("how many inodes are in it"))
            .with("writtenBytes", Shape.whole("what was written since it, or its latest snapshot, was made"));

    private final VolumePaths paths;

    VolumeResource(VolumePaths paths) {
        this.paths = paths;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/volume", Access.READ, this::show)
                .says("The volume: its name, and how much room there is.")
                .answers(VOLUME);
        routes.get("/api/v1/usage", Access.READ, this::usage)
                .says("What the subvolumes take.")
                .answers(Shape.object().with("volume", VOLUME).with("subvolumes", Shape.array(USAGE)));
    }

    private Response show(Request request) {
        return Response.json(json());
    }

    JsonObject json() {
        VolumeSpace space = paths.vfs().attributes().space(NodeId.rootOf(SubvolumeId.FIRST));
        return new JsonObject()
                .put("uuid", paths.control().uuid().toString())
                .put("defaultSubvolume", paths.control().defaultSubvolume().value())
                .put("totalBytes", space.totalBytes())
                .put("freeBytes", space.freeBytes())
                .put("availableBytes", space.availableBytes())
                .put("totalInodes", space.totalInodes())
                .put("freeInodes", space.freeInodes())
                .put("blockBytes", space.blockBytes())
                .put("pendingKeys", paths.control().pendingKeys());
    }

    private Response usage(Request request) {
        return Response.json(new JsonObject()
                .put("volume", json())
                .putObjects(
                        "subvolumes",
                        paths.control().list().stream()
                                .map(info -> new JsonObject()
                                        .put("id", info.id().value())
                                        .put("path", paths.path(info.id()))
                                        .put("referencedBytes", info.referencedBytes())
                                        .put("referencedInodes", info.referencedInodes())
                                        .put("writtenBytes", info.writtenBytes()))
                                .toList()));
    }
}
