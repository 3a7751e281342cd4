package dev.ring3.server.api;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.fs.volume.ExclusiveUsage;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.linux.Errno;
import dev.ring3.server.event.Events;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.http.Status;
import dev.ring3.server.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Subvolumes, snapshots among them. */
final class SubvolumesResource implements Resource {
    private static final int PERMISSIONS = 0755;

    /** Of what is in the way, so many are named. */
    private static final int NAMED_MAX = 10;

    private final VolumePaths paths;
    private final SubvolumeJson json;
    private final Events events;
    private final SnapshotNames names;
    private final InstantSource clock;

    SubvolumesResource(VolumePaths paths, Events events, SnapshotNames names, InstantSource clock) {
        this.paths = paths;
        this.json = new SubvolumeJson(paths);
        this.events = events;
        this.names = names;
        this.clock = clock;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/subvolumes", Access.READ, this::list)
                .says("All subvolumes, snapshots among them; or some.")
                .asks("path", "only the one at this path")
                .asks("snapshotsOf", "only the snapshots of the one with this number")
                .asks("kind", "only these: subvolume, snapshot")
                .answers(Shape.object()
                        .with("uuid", Shape.text("what names the volume"))
                        .maybe("receiveOnly", Shape.flag("true: whoever asks may only bring copies"))
                        .with("subvolumes", Shape.array(SubvolumeJson.SHAPE)))
                .forReceivers();
        routes.post("/api/v1/subvolumes", Access.ADMIN, this::create)
                .says("Makes an empty subvolume.")
                .takes(Shape.object().with("path", Shape.text("where it is to be; what is above it must be there")))
                .answers(SubvolumeJson.SHAPE)
                .forReceivers();
        routes.get("/api/v1/subvolumes/{id}", Access.READ, this::show)
                .says("A subvolume.")
                .answers(SubvolumeJson.SHAPE);
        routes.patch("/api/v1/subvolumes/{id}", Access.ADMIN, this::change)
                .says("Changes what is set for a subvolume.")
                .takes(Shape.object()
                        .maybe("quotaBytes", Shape.whole("what it may allocate; -1 for no limit"))
                        .maybe("quotaInodes", Shape.whole("how many inodes it may have; -1 for no limit"))
                        .maybe("default", Shape.flag("true: what is mounted from now on"))
                        .maybe("readOnly", Shape.flag("whether nobody can write to it"))
                        .maybe("compression", Shape.choice("of what is written from now on", "none", "zstd"))
                        .maybe("hold", Shape.flag("true: one more hold; false: one less"))
                        .maybe("name", Shape.text("another name, of a snapshot")))
                .answers(SubvolumeJson.SHAPE);
        routes.delete("/api/v1/subvolumes/{id}", Access.ADMIN, this::delete)
                .says("Deletes a subvolume with all that is in it.")
                .forReceivers();
        routes.post("/api/v1/subvolumes/{id}/rollback", Access.ADMIN, this::rollBack)
                .says("Lets a subvolume show what one of its snapshots shows, at once.")
                .takes(Shape.object()
                        .with("to", Shape.whole("the number of the snapshot"))
                        .maybe("keepAs", Shape.text("the name of a snapshot that keeps what there is now"))
                        .maybe("discard", Shape.flag("true: keep nothing of what there is now")))
                .answers(Shape.object()
                        .with("subvolume", SubvolumeJson.SHAPE)
                        .maybe("keptAs", Shape.text("the name of the snapshot that keeps what there was")));
        routes.get("/api/v1/subvolumes/{id}/usage", Access.READ, this::usage)
                .says("What a subvolume alone holds, exactly, at one moment; takes as long as it has extents.")
                .answers(Shape.object()
                        .with("exclusiveBytes", Shape.whole("what no other one shows, as it is stored"))
                        .with("sharedBytes", Shape.whole("what others hold too"))
                        .with("transaction", Shape.whole("the last one that is counted")));
        routes.post("/api/v1/snapshots", Access.ADMIN, this::snapshot)
                .says("Takes a snapshot, at once, however large the subvolume is.")
                .takes(Shape.object()
                        .with("of", Shape.whole("the number of the subvolume"))
                        .maybe("name", Shape.text("its name; made of the time if not given"))
                        .maybe("writable", Shape.flag("true: it can be written to"))
                        .maybe("nested", Shape.flag("true: also of all below it, at the same moment")))
                .answers(SubvolumeJson.SHAPE);
    }

    private Response list(Request request) {
        Receivers receivers = Receivers.of(request);
        request.query("path").ifPresent(receivers::requireSeen);
        JsonObject answer = new JsonObject().put("uuid", paths.control().uuid().toString());
        if (receivers.areBound()) {
            answer.put("receiveOnly", true);
        }
        return Response.json(answer.putObjects(
                "subvolumes",
                chosen(request).stream().map(json::of).filter(receivers::sees).toList()));
    }

    private List<SubvolumeInfo> chosen(Request request) {
        Optional<byte[]> path = request.queryBytes("path");
        if (path.isPresent()) {
            return List.of(paths.control().info(paths.subvolume(path.get())));
        }
        Predicate<SubvolumeInfo> wanted = switch (request.query("kind").orElse("")) {
            case "" -> _ -> true;
            case "subvolume" -> info -> info.origin() == null;
            case "snapshot" -> info -> info.origin() != null;
            default -> throw HttpException.badRequest("\"kind\" is subvolume or snapshot");
        };
        if (request.query("snapshotsOf").isPresent()) {
            SubvolumeId source = id(request.requiredNumber("snapshotsOf"));
            wanted = wanted.and(info -> source.equals(info.origin()));
        }
        return paths.control().list().stream().filter(wanted).toList();
    }

    /** A number of a request as an id; 404 if there can be none. */
    static SubvolumeId id(long number) {
        try {
            return new SubvolumeId(number);
        } catch (IllegalArgumentException e) {
            throw HttpException.notFound("there is no subvolume " + number);
        }
    }

    private Response show(Request request) {
        return Response.json(json.of(id(request.pathNumber("id"))));
    }

    private Response create(Request request) {
        String path = request.json().text("path");
        Receivers.of(request).requireInto(path);
        PathWalk.End end = paths.end(VolumePaths.bytes(path), false);
        if (end.node() != null || end.name() == null) {
            throw new FsException(Errno.EEXIST, "create subvolume", path);
        }
        Name name = Objects.requireNonNull(end.name(), "a free path has a name");
        NewNode root = NewNode.of(FileType.DIRECTORY, PERMISSIONS, 0, VolumePaths.OWNER.uid(), VolumePaths.OWNER.gid());
        SubvolumeId id = paths.control().create(end.directory(), name, root, Guard.NONE);
        return Response.created(published("subvolume.created", json.of(id)));
    }

    private JsonObject published(String event, JsonObject subvolume) {
        events.publish(event, new JsonObject().put("subvolume", subvolume));
        return subvolume;
    }

    private Response change(Request request) {
        SubvolumeId id = id(request.pathNumber("id"));
        JsonObject body = request.json();
        if (body.has("quotaBytes") || body.has("quotaInodes")) {
            SubvolumeInfo before = paths.control().info(id);
            paths.control()
                    .setQuota(
                            id,
                            body.number("quotaBytes", before.quotaBytes()),
                            body.number("quotaInodes", before.quotaInodes()));
        }
        Optional<String> name = body.optionalText("name");
        if (name.isPresent()) {
            paths.control().rename(id, Name.of(name.get()));
        }
        if (body.flag("default")) {
            paths.control().setDefault(id);
        }
        body.optionalText("compression").ifPresent(mode -> paths.control().setCompression(id, compression(mode)));
        if (body.has("hold") && body.flag("hold")) {
            paths.control().hold(id);
        } else if (body.has("hold")) {
            paths.control().release(id);
        }
        if (body.has("readOnly")) {
            paths.control().setReadOnly(id, body.flag("readOnly"));
        }
        return Response.json(published("subvolume.changed", json.of(id)));
    }

    private static CompressionMode compression(String mode) {
        return switch (mode) {
            case "none" -> CompressionMode.NONE;
            case "zstd" -> CompressionMode.ZSTD;
            default -> throw HttpException.badRequest("\"compression\" is none or zstd");
        };
    }

    private Response usage(Request request) {
        ExclusiveUsage usage = paths.control().exclusiveUsage(id(request.pathNumber("id")), _ -> {});
        return Response.json(new JsonObject()
                .put("exclusiveBytes", usage.exclusiveBytes())
                .put("sharedBytes", usage.sharedBytes())
                .put("transaction", usage.asOf().value()));
    }

    private Response delete(Request request) {
        SubvolumeId id = id(request.pathNumber("id"));
        JsonObject last = json.of(id);
        Receivers.of(request).requireDeletable(last, clock.instant());
        requireDeletable(id, last);
        paths.control().delete(id);
        published("subvolume.deleted", last);
        return Response.empty();
    }

    /** Says why one stays that has to; that what is asked for changes meanwhile is left to the volume. */
    private void requireDeletable(SubvolumeId id, JsonObject info) {
        String path = info.text("path");
        if (id.equals(SubvolumeId.FIRST)) {
            throw inTheWay("EBUSY", path + " is the first subvolume, in which all others lie; it stays");
        }
        if (info.flag("default")) {
            throw inTheWay("EBUSY", path + " is what is mounted; 'ring3 subvolume set-default' chooses another first");
        }
        if (info.number("holds") > 0) {
            throw inTheWay(
                    "EBUSY",
                    path
                            + " is held, by a replication or by 'ring3 subvolume set --hold=on'; --hold=off takes one hold back");
        }
        List<String> below = paths.control().list().stream()
                .map(each -> paths.path(each.id()))
                .filter(each -> each.startsWith(path + "/"))
                .toList();
        if (!below.isEmpty()) {
            String names = String.join(" ", below.subList(0, Math.min(NAMED_MAX, below.size())));
            throw inTheWay(
                    "ENOTEMPTY",
                    "%s has subvolumes or snapshots in it, %d in all, which have to be deleted before: %s"
                            .formatted(path, below.size(), names));
        }
    }

    private static HttpException inTheWay(String code, String message) {
        return new HttpException(Status.CONFLICT, code, message);
    }

    private Response rollBack(Request request) {
        SubvolumeId id = id(request.pathNumber("id"));
        JsonObject body = request.json();
        Optional<String> keepAs = body.optionalText("keepAs");
        if (body.flag("discard") && keepAs.isPresent()) {
            throw HttpException.badRequest("to discard what there is keeps nothing as " + keepAs.get());
        }
        Optional<Name> kept = body.flag("discard")
                ? Optional.empty()
                : Optional.of(Name.of(keepAs.orElseGet(() -> names.now("before-rollback"))));
        paths.control().rollback(id, id(body.number("to")), kept);
        JsonObject after = published("subvolume.rolledBack", json.of(id));
        JsonObject answer = new JsonObject().put("subvolume", after);
        kept.ifPresent(name -> answer.put("keptAs", name.toString()));
        return Response.json(answer);
    }

    private Response snapshot(Request request) {
        JsonObject body = request.json();
        String name = body.optionalText("name").orElseGet(() -> names.now("snapshot"));
        SubvolumeId of = id(body.number("of"));
        boolean readOnly = !body.flag("writable");
        SubvolumeId id = body.flag("nested")
                ? paths.control().snapshotTree(of, Name.of(name), readOnly).getFirst()
                : paths.control().snapshot(of, Name.of(name), readOnly);
        return Response.created(published("snapshot.created", json.of(id)));
    }
}
