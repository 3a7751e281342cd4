package dev.ring3.server.api;

import dev.ring3.fs.Name;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.SnapshotDifference;
import dev.ring3.fs.volume.SnapshotNodeInfo;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How snapshots belong together, and how they differ. */
final class SnapshotsResource implements Resource {
    private static final int DIFFERENCES_USUAL = 1000;

    /** All of them are made before the first is sent. */
    private static final int DIFFERENCES_MAX = 1_000_000;

    private static final int RANGES_MAX = 100;

    private static final Shape.Members RANGE = Shape.object()
            .with("offsetBytes", Shape.whole("where it begins"))
            .with("lengthBytes", Shape.whole("how long it is"));

    private static final Shape.Members DIFFERENCE = Shape.object()
            .with("ino", Shape.whole("the inode's number"))
            .with("what", Shape.choice("what happened to it", "added", "removed", "changed"))
            .maybe("oldPath", Shape.text("where it was, from the root of the subvolume"))
            .maybe("rawOldPath", Shape.text("the same percent-encoded, where it is no UTF-8"))
            .maybe("newPath", Shape.text("where it is"))
            .maybe("rawNewPath", Shape.text("the same percent-encoded, where it is no UTF-8"))
            .with("attributes", Shape.flag("whether attributes differ"))
            .with("xattrs", Shape.flag("whether extended attributes or ACLs differ"))
            .with("names", Shape.whole("of a directory: how many entries differ"))
            .with("changedBytes", Shape.whole("of a file: in how many bytes data was written or freed"))
            .with("ranges", Shape.array(RANGE));

    private static final Shape.Members NODE = Shape.object()
            .with("id", Shape.whole("the number of the state"))
            .maybe("parent", Shape.whole("the state that it builds on"))
            .with("keys", Shape.whole("what differs in it"))
            .with("writtenBytes", Shape.whole("what was written in it"))
            .with(
                    "shownBy",
                    Shape.array(Shape.object()
                            .with("id", Shape.whole("the number of a subvolume that shows it"))
                            .with("path", Shape.text("where that is"))));

    private final VolumePaths paths;

    SnapshotsResource(VolumePaths paths) {
        this.paths = paths;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/snapshots/tree", Access.READ, this::tree)
                .says("Which state builds on which; parents before their children.")
                .answers(Shape.object().with("nodes", Shape.array(NODE)));
        routes.get("/api/v1/diff", Access.ADMIN, this::difference)
                .says("How what one subvolume shows differs from what another did, file by file.")
                .needs("from", "the number of the older one")
                .needs("to", "the number of the newer one")
                .asks("limit", "how many files at most; 1000 if not given")
                .answers(Shape.object()
                        .with("from", Shape.whole("as asked"))
                        .with("to", Shape.whole("as asked"))
                        .with("truncated", Shape.flag("whether there are more"))
                        .with("differences", Shape.array(DIFFERENCE)));
    }

    private Response tree(Request request) {
        return Response.json(new JsonObject()
                .putObjects(
                        "nodes", paths.control().tree().stream().map(this::node).toList()));
    }

    private JsonObject node(SnapshotNodeInfo node) {
        JsonObject json = new JsonObject().put("id", node.id().value());
        SnapshotId parent = node.parent();
        if (parent != null) {
            json.put("parent", parent.value());
        }
        return json.put("keys", node.keys())
                .put("writtenBytes", node.writtenBytes())
                .putObjects(
                        "shownBy",
                        node.shownBy().stream()
                                .map(id ->
                                        new JsonObject().put("id", id.value()).put("path", paths.path(id)))
                                .toList());
    }

    /** Thrown through the scan to end it: there is enough. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super(null, null, false, false);
        }
    }

    private Response difference(Request request) {
        SubvolumeId from = SubvolumesResource.id(request.requiredNumber("from"));
        SubvolumeId to = SubvolumesResource.id(request.requiredNumber("to"));
        long limit = request.number("limit", DIFFERENCES_USUAL, DIFFERENCES_MAX);
        List<JsonObject> found = new ArrayList<>();
        boolean truncated = false;
        try {
            paths.control().difference(from, to, difference -> {
                if (found.size() >= limit) {
                    throw new Enough();
                }
                found.add(json(difference));
            });
        } catch (Enough e) {
            truncated = true;
        }
        return Response.json(new JsonObject()
                .put("from", from.value())
                .put("to", to.value())
                .put("truncated", truncated)
                .putObjects("differences", found));
    }

    private static JsonObject json(SnapshotDifference difference) {
        JsonObject json = new JsonObject()
                .put("ino", difference.ino().value())
                .put("what", difference.what().name().toLowerCase(Locale.ROOT));
        put(json, "oldPath", difference.oldPath());
        put(json, "newPath", difference.newPath());
        List<SnapshotDifference.Range> ranges = difference.ranges();
        return json.put("attributes", difference.attributes())
                .put("xattrs", difference.xattrs())
                .put("names", difference.entries().size())
                .put(
                        "changedBytes",
                        ranges.stream()
                                .mapToLong(SnapshotDifference.Range::lengthBytes)
                                .sum())
                .putObjects(
                        "ranges",
                        ranges.stream()
                                .limit(RANGES_MAX)
                                .map(range -> new JsonObject()
                                        .put("offsetBytes", range.offsetBytes())
                                        .put("lengthBytes", range.lengthBytes()))
                                .toList());
    }

    private static void put(JsonObject into, String member, @Nullable List<Name> names) {
        if (names != null) {
            VolumePaths.putPath(into, member, names);
        }
    }
}
