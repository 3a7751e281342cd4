package dev.ring3.server;

import dev.ring3.server.access.OwnerFile;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The exports that were changed while the server ran, in a file of its data directory. */
final class KeptExports {
    private static final NfsExportRule USUAL = NfsExportRule.ofVolume("root", false, List.of());

    private final Path path;
    private final OwnerFile file;

    KeptExports(Path path) {
        this.path = path;
        this.file = new OwnerFile(path);
    }

    /**
     * Exports, and those that the server was started with when they were changed.
     *
     * @param said by the command line, variables and settings
     */
    record Kept(List<NfsExportRule> rules, List<NfsExportRule> said) {}

    /** What is kept, if something is. */
    Optional<Kept> read() {
        try {
            if (!Files.exists(path)) {
                return Optional.empty();
            }
            JsonObject json = JsonObject.parse(Files.readString(path));
            return Optional.of(new Kept(rules(json, "exports"), rules(json, "said")));
        } catch (IOException e) {
            throw new UncheckedIOException("the exports in " + path + " cannot be read", e);
        }
    }

    private static List<NfsExportRule> rules(JsonObject json, String member) {
        return json.objects(member).stream()
                .map(each -> NfsExportRule.of(each, USUAL))
                .toList();
    }

    void write(Kept kept) {
        file.replace(new JsonObject()
                .putObjects("exports", objects(kept.rules()))
                .putObjects("said", objects(kept.said()))
                .toString());
    }

    private static List<JsonObject> objects(List<NfsExportRule> rules) {
        return rules.stream().map(NfsExportRule::json).toList();
    }

    /** Keeps nothing. */
    void forget() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be deleted", e);
        }
    }

    /** An export of which nothing more is said. */
    static NfsExportRule usual() {
        return USUAL;
    }
}
