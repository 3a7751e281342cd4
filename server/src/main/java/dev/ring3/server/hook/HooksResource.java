package dev.ring3.server.hook;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import dev.ring3.hooks.AttachOptions;
import dev.ring3.hooks.AttachRequest;
import dev.ring3.hooks.AttachResult;
import dev.ring3.hooks.FailMode;
import dev.ring3.hooks.Hooks;
import dev.ring3.hooks.Scope;
import dev.ring3.linux.Errno;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.http.Status;
import dev.ring3.server.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Programs that are attached: listed, attached, detached, looked into. */
public final class HooksResource implements Resource {
    private static final int OBJECT_BYTES_MAX = 16 << 20;
    private static final int ENTRIES_USUAL = 1_000;
    private static final int ENTRIES_MAX = 100_000;
    private static final int ORDER_MAX = 1_000_000;

    private final Hooks hooks;
    private final Volume volume;

    public HooksResource(Hooks hooks, Volume volume) {
        this.hooks = hooks;
        this.volume = volume;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/hooks", Access.READ, _ -> list())
                .says("The attached objects, in the order in which they were attached.")
                .answers(Shape.object().with("hooks", Shape.array(HookJson.HOOK)));
        routes.get("/api/v1/hooks/{name}", Access.READ, this::show)
                .says("One attached object.")
                .answers(HookJson.HOOK);
        routes.post("/api/v1/hooks", Access.ADMIN, this::attach)
                .says("Verifies a compiled BPF object, which is the body, and lets it be asked, in place of what is"
                        + " attached under the name. Refused with 422 and the verifier's log, member \"log\".")
                .needs("name", "under which it is attached: letters, digits, dots, dashes, underscores")
                .asks("path", "of the subvolume that it is asked about; the whole server if not given")
                .asks("order", "its place in the chain; smaller ones are asked first; 0 if not given, to 1000000")
                .asks("observeOnly", "true, or false; as the object says if not given")
                .asks("failMode", "open, or closed; as the object says if not given")
                .takesBytes()
                .upTo(OBJECT_BYTES_MAX)
                .answers(HookJson.HOOK);
        routes.delete("/api/v1/hooks/{name}", Access.ADMIN, this::detach)
                .says("Lets an object be asked no more. Runs that began finish.");
        routes.get("/api/v1/hooks/{name}/listing", Access.ADMIN, this::listing)
                .says("The instructions of an object's programs, with what the verifier knew before each.")
                .answers(Shape.object().with("programs", Shape.array(HookJson.LISTING)));
        routes.get("/api/v1/hooks/{name}/maps", Access.READ, this::maps)
                .says("The maps of an object.")
                .answers(Shape.object().with("maps", Shape.array(HookJson.MAP)));
        routes.get("/api/v1/hooks/{name}/maps/{map}", Access.ADMIN, this::dump)
                .says("The entries of a map; keys and values as their types in C have them.")
                .asks("limit", "how many at most; 1000 if not given")
                .asks("key", "only the entry of this key")
                .answers(Shape.object().with("entries", Shape.array(Shape.any("key and value"))));
        routes.put("/api/v1/hooks/{name}/maps/{map}", Access.ADMIN, this::set)
                .says("Sets the value of a key. Of a structure, field=value with commas between; others stay.")
                .takes(Shape.object()
                        .with("key", Shape.text("as it is shown: 7, or field=value"))
                        .with("value", Shape.text("likewise")));
        routes.delete("/api/v1/hooks/{name}/maps/{map}", Access.ADMIN, this::delete)
                .says("Deletes a key.")
                .needs("key", "the key");
        routes.get("/api/v1/trace", Access.ADMIN, this::trace)
                .says("A stream of what programs emit (Server-Sent Events), from now on or behind the one in"
                        + " Last-Event-ID; \"missed\" stands where some were lost, with how many \"records\".")
                .answersAs("text/event-stream");
    }

    private Response list() {
        return Response.json(new JsonObject()
                .putObjects(
                        "hooks",
                        hooks.list().stream()
                                .map(info -> HookJson.of(info, volume))
                                .toList()));
    }

    private Response show(Request request) {
        return hooks.find(request.path("name"))
                .map(info -> Response.json(HookJson.of(info, volume)))
                .orElseThrow(() -> missing(request));
    }

    private static HttpException missing(Request request) {
        return HttpException.notFound(
                "nothing is attached as %s; 'ring3 bpf list' shows what is".formatted(request.path("name")));
    }

    private Response attach(Request request) {
        Scope scope = request.query("path")
                .<Scope>map(path -> new Scope.Subvolume(subvolume(path)))
                .orElseGet(Scope.Server::new);
        AttachOptions options = new AttachOptions(
                (int) request.number("order", 0, ORDER_MAX),
                request.query("observeOnly").map(HooksResource::flag),
                request.query("failMode").map(HooksResource::failMode));
        String name = request.query("name").orElseThrow(() -> HttpException.badRequest("the name is missing"));
        AttachRequest wish;
        try {
            wish = new AttachRequest(name, request.bytes(), scope, options);
        } catch (IllegalArgumentException e) {
            throw HttpException.badRequest(String.valueOf(e.getMessage()));
        }
        return switch (hooks.attach(wish)) {
            case AttachResult.Attached(var info, boolean _) -> Response.created(HookJson.of(info, volume));
            case AttachResult.Refused(String reason, String log) ->
                throw new HttpException(
                                Status.UNPROCESSABLE,
                                "EINVAL",
                                log.isEmpty() ? reason : "%s\n%s".formatted(reason, log))
                        .with(new JsonObject().put("reason", reason).put("log", log));
        };
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw HttpException.badRequest("observeOnly is true or false, not " + text);
        };
    }

    private static FailMode failMode(String text) {
        return switch (text) {
            case "open" -> FailMode.OPEN;
            case "closed" -> FailMode.CLOSED;
            default -> throw HttpException.badRequest("failMode is open or closed, not " + text);
        };
    }

    /** By its path in the volume, which no program is asked about. */
    private SubvolumeId subvolume(String path) {
        String place = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return volume.subvolumes().list().stream()
                .map(SubvolumeInfo::id)
                .filter(id -> HookJson.path(volume, id).equals(place))
                .findFirst()
                .orElseThrow(() -> HttpException.badRequest(
                        "%s is no subvolume; 'ring3 subvolume list' shows which there are".formatted(path)));
    }

    private Response detach(Request request) {
        if (!hooks.detach(request.path("name"))) {
            throw missing(request);
        }
        return Response.empty();
    }

    private Response listing(Request request) {
        return hooks.listing(request.path("name"))
                .map(programs -> Response.json(new JsonObject()
                        .putObjects(
                                "programs", programs.stream().map(HookJson::of).toList())))
                .orElseThrow(() -> missing(request));
    }

    private Response maps(Request request) {
        return Response.json(new JsonObject()
                .putObjects(
                        "maps",
                        hooks.maps().list(Optional.of(request.path("name"))).stream()
                                .map(HookJson::of)
                                .toList()));
    }

    private Response dump(Request request) {
        String name = request.path("name");
        String map = request.path("map");
        int limit = (int) request.number("limit", ENTRIES_USUAL, ENTRIES_MAX);
        var entries = request.query("key")
                .map(key -> List.of(hooks.maps().get(name, map, key)))
                .orElseGet(() -> hooks.maps().dump(name, map, limit));
        return Response.json(new JsonObject()
                .putObjects("entries", entries.stream().map(HookJson::of).toList()));
    }

    private Response set(Request request) {
        JsonObject wanted = request.json();
        hooks.maps().set(request.path("name"), request.path("map"), wanted.text("key"), wanted.text("value"));
        return Response.empty();
    }

    private Response delete(Request request) {
        String key = request.query("key").orElseThrow(() -> HttpException.badRequest("the key is missing"));
        if (!hooks.maps().delete(request.path("name"), request.path("map"), key)) {
            throw new FsException(Errno.ENOENT, "map delete", "key %s of map %s".formatted(key, request.path("map")));
        }
        return Response.empty();
    }

    private Response trace(Request request) {
        long after = request.header("Last-Event-ID")
                .filter(id -> id.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(-1L);
        return Response.events(new TraceSource(
                after < 0 ? hooks.audit().readNew() : hooks.audit().readAfter(after)));
    }
}
