package dev.ring3.server.api;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.HeldLock;
import dev.ring3.fs.lock.Lease;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.lock.OpenEntry;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsHolding;
import dev.ring3.server.export.NfsClients;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Route;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/** What is open, locked, leased and being copied, by whom: of FUSE, NFS and the server itself. */
final class HoldingsResource implements Resource {
    /** Of each list, so that an answer has an end. */
    private static final int SHOWN_MAX = 10_000;

    private final VolumePaths paths;
    private final NfsClients nfs;

    HoldingsResource(VolumePaths paths, NfsClients nfs) {
        this.paths = paths;
        this.nfs = nfs;
    }

    @Override
    public void routes(Routes routes) {
        chosen(routes.get("/api/v1/opens", Access.ADMIN, this::opens))
                .says("The open files.")
                .answers(list(
                        "opens",
                        ofFile().with("access", Shape.text("what is done: none, read, write, both"))
                                .with("denied", Shape.text("what others may not"))));
        chosen(routes.get("/api/v1/locks", Access.ADMIN, this::locks))
                .says("The locks that are held.")
                .answers(list(
                        "locks",
                        ofFile().with("space", Shape.choice("of which kind", "range", "flock"))
                                .with("kind", Shape.choice("against whom", "shared", "exclusive"))
                                .with("firstByte", Shape.whole("where it begins"))
                                .maybe("lastByte", Shape.whole("where it ends; at no end if not there"))
                                .with("process", Shape.whole("who asked; 0 if not of this machine"))));
        chosen(routes.get("/api/v1/leases", Access.ADMIN, this::leases))
                .says("The leases: delegations of NFS, caches of FUSE.")
                .answers(list(
                        "leases",
                        ofFile().with("kind", Shape.text("what it allows"))
                                .with("recalled", Shape.flag("whether somebody else wants the file"))));
        chosen(routes.get("/api/v1/copies", Access.ADMIN, this::copies))
                .says("The copies that go on for clients of NFS, or ended lately.")
                .answers(list(
                        "copies",
                        ofFile(false)
                                .with("copiedBytes", Shape.whole("how far it is"))
                                .with("ended", Shape.flag("whether it has ended"))));
    }

    private static Route chosen(Route route) {
        return route.asks("client", "only what this one holds: as it is named in the answer")
                .asks("path", "only of the file at this path, percent-encoded bytes");
    }

    private static Shape list(String name, Shape element) {
        return Shape.object().with(name, Shape.array(element));
    }

    private static Shape.Members ofFile() {
        return ofFile(true);
    }

    private static Shape.Members ofFile(boolean dated) {
        Shape.Members shape = Shape.object()
                .with("client", Shape.text("who"))
                .with("subvolume", Shape.whole("in which subvolume the file is"))
                .with("ino", Shape.whole("its number"))
                .maybe("path", Shape.text("one of its paths"))
                .maybe("rawPath", Shape.text("the same percent-encoded, where it is no UTF-8"));
        return dated ? shape.with("heldSeconds", Shape.whole("for how long, on this server")) : shape;
    }

    static String name(Client client) {
        return "%s %s".formatted(word(client.origin()), Long.toUnsignedString(client.id()));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private JsonObject ofFile(Client client, NodeId node) {
        JsonObject json = new JsonObject()
                .put("client", name(client))
                .put("subvolume", node.subvolume().value())
                .put("ino", node.ino().value());
        return paths.putPath(json, node);
    }

    private JsonObject ofFile(Client client, NodeId node, Duration age) {
        return ofFile(client, node).put("heldSeconds", age.toSeconds());
    }

    /** Whether something is asked for, by who holds it and of which file. */
    private BiPredicate<Client, NodeId> wanted(Request request) {
        Optional<String> client = request.query("client");
        Optional<NodeId> node = request.queryBytes("path")
                .map(path -> paths.resolve(path, false).node());
        return (holder, held) -> client.map(name(holder)::equals).orElse(true)
                && node.map(held::equals).orElse(true);
    }

    private static Response answer(String name, List<JsonObject> all) {
        return Response.json(new JsonObject().putObjects(name, all));
    }

    private Response opens(Request request) {
        BiPredicate<Client, NodeId> wanted = wanted(request);
        List<OpenEntry> all = paths.vfs().opens().entries();
        return answer(
                "opens",
                all.stream()
                        .filter(open -> wanted.test(open.client(), open.node()))
                        .limit(SHOWN_MAX)
                        .map(open -> ofFile(open.client(), open.node(), open.age())
                                .put("access", word(open.sharing().access()))
                                .put("denied", word(open.sharing().denied())))
                        .toList());
    }

    private Response locks(Request request) {
        BiPredicate<Client, NodeId> wanted = wanted(request);
        List<JsonObject> all = new ArrayList<>();
        for (LockSpace space : LockSpace.values()) {
            Map<NodeId, List<HeldLock>> held = paths.vfs().locks().all(space);
            held.forEach((node, locks) -> locks.stream()
                    .filter(lock -> wanted.test(lock.owner().client(), node))
                    .limit(Math.max(0, SHOWN_MAX - all.size()))
                    .forEach(lock -> all.add(lock(space, node, lock))));
        }
        return answer("locks", all);
    }

    private JsonObject lock(LockSpace space, NodeId node, HeldLock lock) {
        JsonObject json = ofFile(lock.owner().client(), node, lock.age())
                .put("space", word(space))
                .put("kind", word(lock.kind()))
                .put("firstByte", lock.range().first())
                .put("process", lock.process());
        if (lock.range().last() != ByteRange.TO_THE_END) {
            json.put("lastByte", lock.range().last());
        }
        return json;
    }

    private Response leases(Request request) {
        BiPredicate<Client, NodeId> wanted = wanted(request);
        List<Lease> all = paths.vfs().opens().leases();
        return answer(
                "leases",
                all.stream()
                        .filter(lease -> wanted.test(lease.client(), lease.node()))
                        .limit(SHOWN_MAX)
                        .map(lease -> ofFile(lease.client(), lease.node(), lease.age())
                                .put("kind", word(lease.kind()))
                                .put("recalled", lease.isRecalled()))
                        .toList());
    }

    private Response copies(Request request) {
        BiPredicate<Client, NodeId> wanted = wanted(request);
        List<JsonObject> all = new ArrayList<>();
        for (NfsClientInfo client : nfs.list()) {
            for (NfsHolding holding : nfs.holdings(client)) {
                if (holding instanceof NfsHolding.Copying copy
                        && wanted.test(client.fsClient(), copy.node())
                        && all.size() < SHOWN_MAX) {
                    all.add(ofFile(client.fsClient(), copy.node())
                            .put("copiedBytes", copy.copiedBytes())
                            .put("ended", copy.ended()));
                }
            }
        }
        return answer("copies", all);
    }
}
