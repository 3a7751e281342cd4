package dev.ring3.server.api;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.linux.Errno;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Percent;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Files: listed, read, written. Only for those who may do everything, because they see everybody's. */
final class FilesResource implements Resource {
    private static final int ENTRIES_USUAL = 1000;
    private static final int ENTRIES_MAX = 10_000;
    private static final String PATH = "the path, percent-encoded bytes";

    private static final Shape.Members ENTRY = Shape.object()
            .with("name", Shape.text("its name, as far as it is UTF-8"))
            .with("raw", Shape.text("its name, percent-encoded"))
            .with("ino", Shape.whole("the inode's number"))
            .with("type", type())
            .with("mode", Shape.text("permissions, octal"))
            .with("uid", Shape.whole("who owns it"))
            .with("gid", Shape.whole("which group does"))
            .with("sizeBytes", Shape.whole("how long it is"))
            .with("modified", Shape.text("when its content changed last"));

    private static final Shape.Members STAT = Shape.object()
            .with("path", Shape.text("as asked"))
            .with("ino", Shape.whole("the inode's number"))
            .with("subvolume", Shape.whole("in the subvolume of this number"))
            .with("type", type())
            .with("mode", Shape.text("permissions, octal"))
            .with("links", Shape.whole("how many names it has"))
            .with("uid", Shape.whole("who owns it"))
            .with("gid", Shape.whole("which group does"))
            .with("sizeBytes", Shape.whole("how long it is"))
            .with("allocatedBytes", Shape.whole("what it takes, before compression"))
            .with("accessed", Shape.text("when it was read last"))
            .with("modified", Shape.text("when its content changed last"))
            .with("changed", Shape.text("when anything of it changed last"))
            .with("born", Shape.text("when it was made"))
            .with("subvolumeRoot", Shape.flag("whether it is the root of a subvolume"))
            .with("readOnly", Shape.flag("whether it is in a subvolume that cannot be written to"))
            .maybe("target", Shape.text("where a symbolic link leads"));

    private final VolumePaths paths;

    FilesResource(VolumePaths paths) {
        this.paths = paths;
    }

    private static Shape type() {
        return Shape.choice(
                "what it is", "regular", "directory", "symlink", "fifo", "socket", "character_device", "block_device");
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/fs/list", Access.ADMIN, this::list)
                .says("What is in a directory, in no order.")
                .needs("path", PATH)
                .asks("after", "where the last answer ended")
                .asks("limit", "how many at most; 1000 if not given")
                .answers(Shape.object()
                        .with("path", Shape.text("as asked"))
                        .with("entries", Shape.array(ENTRY))
                        .maybe("next", Shape.text("to be given as \"after\", if there are more")));
        routes.get("/api/v1/fs/stat", Access.ADMIN, this::stat)
                .says("What is known of a file; of a symbolic link, not of what it leads to.")
                .needs("path", PATH)
                .answers(STAT);
        routes.get("/api/v1/fs/content", Access.ADMIN, this::content)
                .says("The content of a file, or a part of it.")
                .needs("path", PATH)
                .asks("offset", "where to begin, in bytes")
                .asks("length", "how many bytes at most")
                .answersAs("application/octet-stream");
        routes.upload(dev.ring3.server.http.Method.PUT, "/api/v1/fs/content", Access.ADMIN, this::replace)
                .says("Puts the body in place of a file, or makes one; what was there stays until all has come.")
                .needs("path", PATH)
                .answers(Shape.object()
                        .with("sizeBytes", Shape.whole("how many came"))
                        .with("replaced", Shape.flag("whether there was one before")));
    }

    private static String text(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }

    private Response list(Request request) {
        byte[] path = request.requiredBytes("path");
        long limit = request.number("limit", ENTRIES_USUAL, ENTRIES_MAX);
        String after = request.query("after").orElse("0");
        if (!after.matches("\\d{1,19}")) {
            throw HttpException.badRequest("\"after\" is none that was given");
        }
        Stat directory = paths.resolve(path, true);
        if (!directory.isDirectory()) {
            throw new FsException(Errno.ENOTDIR, "list", text(path));
        }
        List<Name> names = new ArrayList<>();
        long[] last = {0};
        OpenFile file = paths.vfs().files().open(VolumePaths.CALLER, directory.node(), OpenHow.of(Use.READ));
        try {
            paths.vfs()
                    .files()
                    .readDirectory(VolumePaths.CALLER, file, Long.parseUnsignedLong(after), (name, cookie, _, _) -> {
                        if (names.size() >= limit) {
                            return false;
                        }
                        if (!name.isDotOrDotDot()) {
                            names.add(name);
                        }
                        last[0] = cookie;
                        return true;
                    });
        } finally {
            paths.vfs().files().close(file);
        }
        List<JsonObject> entries = new ArrayList<>();
        for (Name name : names) {
            Stat found =
                    paths.vfs().names().find(VolumePaths.CALLER, directory.node(), name, dev.ring3.fs.StatMask.QUIET);
            if (found != null) { // it may have gone meanwhile
                entries.add(entry(name, found));
            }
        }
        JsonObject answer = new JsonObject().put("path", text(path)).putObjects("entries", entries);
        if (names.size() >= limit) {
            answer.put("next", Long.toUnsignedString(last[0]));
        }
        return Response.json(answer);
    }

    private static String word(FileType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static JsonObject entry(Name name, Stat stat) {
        return new JsonObject()
                .put("name", name.toString())
                .put("raw", Percent.encode(name.bytes()))
                .put("ino", stat.node().ino().value())
                .put("type", word(stat.type()))
                .put("mode", "%04o".formatted(stat.permissions()))
                .put("uid", Integer.toUnsignedLong(stat.uid()))
                .put("gid", Integer.toUnsignedLong(stat.gid()))
                .put("sizeBytes", stat.sizeBytes())
                .put("modified", stat.modifyTime().toString());
    }

    private Response stat(Request request) {
        byte[] path = request.requiredBytes("path");
        Stat stat = paths.resolve(path, false);
        JsonObject answer = new JsonObject()
                .put("path", text(path))
                .put("ino", stat.node().ino().value())
                .put("subvolume", stat.node().subvolume().value())
                .put("type", word(stat.type()))
                .put("mode", "%04o".formatted(stat.permissions()))
                .put("links", stat.links())
                .put("uid", Integer.toUnsignedLong(stat.uid()))
                .put("gid", Integer.toUnsignedLong(stat.gid()))
                .put("sizeBytes", stat.sizeBytes())
                .put("allocatedBytes", stat.allocatedBytes())
                .put("accessed", stat.accessTime().toString())
                .put("modified", stat.modifyTime().toString())
                .put("changed", stat.changeTime().toString())
                .put("born", stat.birthTime().toString())
                .put("subvolumeRoot", stat.has(StatFlags.SUBVOLUME_ROOT))
                .put("readOnly", stat.has(StatFlags.READ_ONLY));
        if (stat.type() == FileType.SYMLINK) {
            answer.put("target", text(paths.vfs().names().readlink(VolumePaths.CALLER, stat.node())));
        }
        return Response.json(answer);
    }

    private Response content(Request request) {
        byte[] path = request.requiredBytes("path");
        long offset = request.number("offset", 0, Long.MAX_VALUE);
        long length = request.number("length", Long.MAX_VALUE, Long.MAX_VALUE);
        Stat stat = paths.resolve(path, true);
        if (stat.type() != FileType.REGULAR) {
            throw new FsException(stat.isDirectory() ? Errno.EISDIR : Errno.EINVAL, "read", text(path));
        }
        OpenFile file = paths.vfs().files().open(VolumePaths.CALLER, stat.node(), OpenHow.of(Use.READ));
        String encoded = Percent.encode(path);
        return Response.chunks("application/octet-stream", new FileChunks(paths.vfs(), file, offset, length))
                .withHeader(
                        "Content-Disposition",
                        "attachment; filename*=UTF-8''" + encoded.substring(encoded.lastIndexOf('/') + 1))
                .withHeader("Content-Security-Policy", "sandbox");
    }

    private FileUpload replace(Request request) {
        return FileUpload.begin(paths, request.requiredBytes("path"));
    }
}
