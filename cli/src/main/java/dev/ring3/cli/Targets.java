package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.util.List;

/** What commands ask the API for, as its targets. */
final class Targets {
    static final String SUBVOLUMES = "/api/v1/subvolumes";

    private Targets() {}

    /** All that some subvolumes are, with the volume's uuid. */
    static JsonObject subvolumes(ApiClient api, String query) {
        return api.get(SUBVOLUMES + query);
    }

    /** The subvolume at a path. */
    static JsonObject subvolume(ApiClient api, String path) {
        List<JsonObject> found =
                subvolumes(api, "?path=" + ApiClient.encode(path)).objects("subvolumes");
        return found.getFirst();
    }

    /** Its number. */
    static long id(ApiClient api, String path) {
        return subvolume(api, path).number("id");
    }
}
