package dev.ring3.server.api;

import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.server.event.Events;
import dev.ring3.server.export.NfsClients;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.http.Status;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Who uses the volume. */
final class ClientsResource implements Resource {
    private static final Shape.Members CLIENT = Shape.object()
            .with("client", Shape.text("who: front end and number"))
            .with("origin", Shape.choice("the front end", "fuse", "nfs", "local"))
            .with("id", Shape.text("its number there, in hexadecimal"))
            .with("openFiles", Shape.whole("how many files it has open"))
            .with("locks", Shape.whole("how many locks it holds"))
            .with("leases", Shape.whole("how many leases it holds"))
            .maybe("address", Shape.text("where a client of NFS came from first"))
            .maybe("name", Shape.text("as a client of NFS calls itself"))
            .maybe("reachable", Shape.flag("whether it can be called back, for what it was promised"))
            .maybe("lapsed", Shape.flag("whether it was silent for longer than a lease"))
            .maybe("version", Shape.choice("of NFS; 4.1 stands for later ones too", "4.0", "4.1"))
            .maybe("sessions", Shape.whole("how many sessions it has; there are none in NFSv4.0"))
            .maybe("silentSeconds", Shape.whole("how long nothing was heard of it"));

    private final VolumePaths paths;
    private final NfsClients nfs;
    private final Events events;

    ClientsResource(VolumePaths paths, NfsClients nfs, Events events) {
        this.paths = paths;
        this.nfs = nfs;
        this.events = events;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/clients", Access.READ, this::clients)
                .says("The clients of NFS, and all others that have something open, locked or leased.")
                .answers(Shape.object().with("clients", Shape.array(CLIENT)));
        routes.delete("/api/v1/clients/{origin}/{id}", Access.ADMIN, this::evict)
                .says(
                        "Ends a client of NFS: what it has open, locked and leased is gone. It may come back, with nothing.");
    }

    /** How often each client is among some things. */
    private static final class Tally {
        private int opens;
        private int locks;
        private int leases;
    }

    private Response clients(Request request) {
        Map<String, Client> clients = new TreeMap<>();
        Map<String, Tally> tallies = new TreeMap<>();
        paths.vfs().opens().entries().forEach(open -> tally(clients, tallies, open.client()).opens++);
        for (LockSpace space : LockSpace.values()) {
            paths.vfs().locks().all(space).values().stream()
                    .flatMap(List::stream)
                    .forEach(lock -> tally(clients, tallies, lock.owner().client()).locks++);
        }
        paths.vfs().opens().leases().forEach(lease -> tally(clients, tallies, lease.client()).leases++);
        Map<Client, NfsClientInfo> remote = new HashMap<>();
        for (NfsClientInfo info : nfs.list()) {
            remote.put(info.fsClient(), info);
            var _ = tally(clients, tallies, info.fsClient());
        }
        List<JsonObject> all = new ArrayList<>();
        clients.forEach((name, client) -> {
            Tally tally = tallies.getOrDefault(name, new Tally());
            JsonObject json = new JsonObject()
                    .put("client", name)
                    .put("origin", HoldingsResource.word(client.origin()))
                    .putHex("id", client.id())
                    .put("openFiles", tally.opens)
                    .put("locks", tally.locks)
                    .put("leases", tally.leases);
            NfsClientInfo info = remote.get(client);
            all.add(info == null ? json : putRemote(json, info));
        });
        return Response.json(new JsonObject().putObjects("clients", all));
    }

    private static JsonObject putRemote(JsonObject into, NfsClientInfo info) {
        return into.put("address", info.address())
                .put("name", info.name())
                .put("reachable", info.reachable())
                .put("lapsed", info.lapsed())
                .put("version", info.firstMinor() ? "4.0" : "4.1")
                .put("sessions", info.sessions())
                .put("silentSeconds", info.silentSeconds());
    }

    private Response evict(Request request) {
        Client client = client(request);
        String name = HoldingsResource.name(client);
        switch (client.origin()) {
            case NFS -> {
                if (!nfs.evict(client)) {
                    throw HttpException.notFound("there is no client %s".formatted(name));
                }
            }
            case FUSE -> throw inTheWay("a mount ends by being unmounted: 'ring3 mount --unmount DIR'");
            case LOCAL -> throw inTheWay("%s is a part of the server itself".formatted(name));
        }
        events.publish("client.evicted", new JsonObject().put("client", name));
        return Response.empty();
    }

    private static HttpException inTheWay(String message) {
        return new HttpException(Status.CONFLICT, "EBUSY", message);
    }

    /** As an address of the API has it. */
    private static Client client(Request request) {
        String id = request.path("id");
        return Stream.of(Client.Origin.values())
                .filter(origin ->
                        HoldingsResource.word(origin).equals(request.path("origin")) && id.matches("0x[0-9a-f]{1,16}"))
                .map(origin -> new Client(origin, Long.parseUnsignedLong(id, 2, id.length(), 16)))
                .findFirst()
                .orElseThrow(
                        () -> HttpException.notFound("there is no client %s %s".formatted(request.path("origin"), id)));
    }

    private static Tally tally(Map<String, Client> clients, Map<String, Tally> tallies, Client client) {
        clients.put(HoldingsResource.name(client), client);
        return tallies.computeIfAbsent(HoldingsResource.name(client), _ -> new Tally());
    }
}
