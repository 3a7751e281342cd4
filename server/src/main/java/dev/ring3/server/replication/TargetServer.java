package dev.ring3.server.replication;

import dev.ring3.fs.transfer.TransferPosition;
import dev.ring3.server.client.ApiClient;
import dev.ring3.server.client.ApiException;
import dev.ring3.server.client.RemoteClient;
import dev.ring3.server.client.StreamBody;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The other side: the subvolume there that snapshots are received in. For one thread. */
final class TargetServer {
    private static final String SUBVOLUMES = "/api/v1/subvolumes";

    /**
     * One that is directly in it.
     *
     * @param content what names its content, or the content that it is to have
     * @param receiving how far it has come, if not all has
     * @param parent what that builds on, if it builds on something
     */
    record Copy(
            long id,
            String name,
            UUID content,
            boolean readOnly,
            long holds,
            Optional<TransferPosition> receiving,
            Optional<UUID> parent) {
        static Copy of(JsonObject json) {
            return new Copy(
                    json.number("id"),
                    json.text("name"),
                    UUID.fromString(json.text("content")),
                    json.flag("readOnly"),
                    json.number("holds"),
                    json.optionalText("receiving").map(TransferPosition::parse),
                    json.optionalText("receivingSince").map(UUID::fromString));
        }

        /** Whether it is what was sent, all of it and nothing else. */
        boolean isWhole() {
            return readOnly && receiving.isEmpty();
        }
    }

    private final RemoteClient client;
    private final String into;

    /** Whether the other side lets us bring copies, and decides itself how long they are kept. */
    private boolean receiveOnly;

    TargetServer(RemoteClient client, String into) {
        this.client = client;
        this.into = into;
    }

    /** Makes the subvolume, unless it is there. */
    void open() {
        try {
            client.call("GET", SUBVOLUMES + "?path=" + ApiClient.encode(into), null);
        } catch (ApiException e) {
            if (!e.code().equals("ENOENT")) {
                throw e;
            }
            client.call("POST", SUBVOLUMES, new JsonObject().put("path", into));
        }
    }

    /** What is directly in it. */
    List<Copy> copies() {
        String above = into + "/";
        JsonObject answer = client.call("GET", SUBVOLUMES, null);
        receiveOnly = answer.flag("receiveOnly");
        return answer.objects("subvolumes").stream()
                .filter(each -> each.text("path").equals(above + each.text("name")))
                .map(Copy::of)
                .toList();
    }

    /** Makes one of a stream; gives its number. */
    long receive(String name, StreamBody stream) throws IOException {
        return client.upload("/api/v1/stream?path=" + ApiClient.encode(into + "/" + name), stream)
                .number("id");
    }

    /** Holds one, unless it has a hold already or that is not for us to do. */
    void hold(Copy copy) {
        if (copy.holds() == 0 && !receiveOnly) {
            client.call("PATCH", SUBVOLUMES + "/" + copy.id(), new JsonObject().put("hold", true));
        }
    }

    /** Takes one hold back, if there is one, and it may be ours. */
    void release(Copy copy) {
        if (copy.holds() > 0 && !receiveOnly) {
            client.call("PATCH", SUBVOLUMES + "/" + copy.id(), new JsonObject().put("hold", false));
        }
    }

    void delete(Copy copy) {
        client.call("DELETE", SUBVOLUMES + "/" + copy.id(), null);
    }
}
