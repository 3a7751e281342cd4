package dev.ring3.server.api;

import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.volume.CachedFileInfo;
import dev.ring3.fs.volume.CachedFiles;
import dev.ring3.mm.cache.ResidentRange;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import dev.ring3.server.metrics.HotFiles;
import java.util.List;

/** Which files the page cache holds, and what of each. */
final class CacheResource implements Resource {
    private static final int FILES_USUAL = 50;
    private static final int FILES_MAX = 1000;
    private static final int HOT_USUAL = 20;
    private static final int HOT_MAX = 200;

    /** Of one file, so that an answer has an end. */
    private static final int RANGES_MAX = 10_000;

    private static final Shape.Members FILE = Shape.object()
            .with("subvolume", Shape.whole("in which subvolume the file is"))
            .with("ino", Shape.whole("its number"))
            .with("sizeBytes", Shape.whole("how large it is"))
            .with("residentBytes", Shape.whole("what of it is in memory, in whole pages"))
            .with("dirtyBytes", Shape.whole("what of that is not on the disk yet"))
            .maybe("path", Shape.text("one of its paths"))
            .maybe("rawPath", Shape.text("the same percent-encoded, where it is no UTF-8"));

    private static final Shape.Members USE = Shape.object()
            .with("subvolume", Shape.whole("in which subvolume the file is"))
            .with("ino", Shape.whole("its number"))
            .with("reads", Shape.whole("how often it was read from, about"))
            .with("writes", Shape.whole("how often it was written to, about"))
            .maybe("path", Shape.text("one of its paths"))
            .maybe("rawPath", Shape.text("the same percent-encoded, where it is no UTF-8"));

    private final VolumePaths paths;
    private final HotFiles hotFiles;

    CacheResource(VolumePaths paths, HotFiles hotFiles) {
        this.paths = paths;
        this.hotFiles = hotFiles;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/cache/files", Access.ADMIN, this::files)
                .says("The files with most content in the page cache, those with most first.")
                .asks("limit", "how many, at most 1000; 50 if not given")
                .answers(Shape.object().with("files", Shape.array(FILE)));
        routes.get("/api/v1/cache/hot", Access.ADMIN, this::hot)
                .says(
                        "The files that were read from and written to most in the last ten minutes, those with most first."
                                + " Of reads and writes one in eight is looked at, and stands for eight.")
                .asks("limit", "how many, at most 200; 20 if not given")
                .answers(Shape.object().with("files", Shape.array(USE)));
        routes.get("/api/v1/cache/files/{subvolume}/{ino}", Access.ADMIN, this::ranges)
                .says("What of a file is in the page cache, in order.")
                .answers(Shape.object()
                        .with(
                                "ranges",
                                Shape.array(Shape.object()
                                        .with("offset", Shape.whole("where it begins in the file"))
                                        .with("bytes", Shape.whole("how long it is"))
                                        .with("state", Shape.choice("of its pages", "clean", "dirty", "writeback"))
                                        .with(
                                                "folioBytes",
                                                Shape.whole("the size of the pieces that it is held in")))));
    }

    private Response files(Request request) {
        int limit = (int) request.number("limit", FILES_USUAL, FILES_MAX);
        return Response.json(new JsonObject()
                .putObjects(
                        "files",
                        CachedFiles.largest(paths.volume(), limit).stream()
                                .map(this::json)
                                .toList()));
    }

    private Response hot(Request request) {
        int limit = (int) request.number("limit", HOT_USUAL, HOT_MAX);
        return Response.json(new JsonObject()
                .putObjects(
                        "files",
                        hotFiles.hottest(limit).stream().map(this::json).toList()));
    }

    private JsonObject json(HotFiles.Use use) {
        JsonObject json = new JsonObject()
                .put("subvolume", use.node().subvolume().value())
                .put("ino", use.node().ino().value())
                .put("reads", use.reads())
                .put("writes", use.writes());
        return paths.putPath(json, use.node());
    }

    private JsonObject json(CachedFileInfo file) {
        JsonObject json = new JsonObject()
                .put("subvolume", file.node().subvolume().value())
                .put("ino", file.node().ino().value())
                .put("sizeBytes", file.sizeBytes())
                .put("residentBytes", file.residentBytes())
                .put("dirtyBytes", file.dirtyBytes());
        return paths.putPath(json, file.node());
    }

    private Response ranges(Request request) {
        NodeId node;
        try {
            node = new NodeId(
                    SubvolumesResource.id(request.pathNumber("subvolume")), new Ino(request.pathNumber("ino")));
        } catch (IllegalArgumentException e) {
            throw HttpException.notFound("there is no inode " + request.path("ino"));
        }
        List<JsonObject> ranges = CachedFiles.residency(paths.volume(), node).stream()
                .limit(RANGES_MAX)
                .map(CacheResource::json)
                .toList();
        return Response.json(new JsonObject().putObjects("ranges", ranges));
    }

    private static JsonObject json(ResidentRange range) {
        return new JsonObject()
                .put("offset", range.offset())
                .put("bytes", range.length())
                .put("state", range.writeback() ? "writeback" : range.dirty() ? "dirty" : "clean")
                .put("folioBytes", range.folioBytes());
    }
}
