package dev.ring3.server;

import dev.ring3.fs.NodeId;
import dev.ring3.nfs.ClientNetwork;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.Export.Squash;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A subvolume that NFS serves, with rules of its own.
 *
 * @param path where it is in the volume, and where clients find it
 * @param readOnly whether nothing can be written through it
 * @param async whether operations on names are answered before they are durable
 * @param insecure whether calls from any port are believed
 * @param squash whose user ids become nobody's
 * @param clients addresses and networks that may have it; empty for this machine alone
 */
public record NfsExportRule(
        String path, boolean readOnly, boolean async, boolean insecure, Squash squash, List<String> clients) {
    public NfsExportRule {
        clients = List.copyOf(clients);
        clients.forEach(ClientNetwork::parse);
    }

    /**
     * The whole volume.
     *
     * @param squash root, all or none
     * @throws IllegalArgumentException for another word, or what is no network
     */
    public static NfsExportRule ofVolume(String squash, boolean insecure, List<String> clients) {
        return new NfsExportRule("/", false, false, insecure, squash(squash), clients);
    }

    /**
     * Reads one: a path, and words with blanks between: {@code ro}, {@code rw}, {@code async}, {@code insecure},
     * {@code squash=root|all|none}, {@code client=NETWORK} as often as there are some.
     *
     * @param usual what holds where no word says otherwise
     * @throws IllegalArgumentException for what is none
     */
    public static NfsExportRule parse(String text, NfsExportRule usual) {
        List<String> words = List.of(text.strip().split("\\s+", -1));
        String path = words.getFirst();
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "the export \"%s\" begins with no path: '/projects ro client=10.0.0.0/8'".formatted(text));
        }
        boolean readOnly = usual.readOnly;
        boolean async = usual.async;
        boolean insecure = usual.insecure;
        Squash squash = usual.squash;
        List<String> clients = new ArrayList<>();
        for (String word : words.subList(1, words.size())) {
            switch (word) {
                case "ro" -> readOnly = true;
                case "rw" -> readOnly = false;
                case "async" -> async = true;
                case "insecure" -> insecure = true;
                case String other when other.startsWith("squash=") -> squash = squash(after(other));
                case String other when other.startsWith("client=") -> clients.add(after(other));
                default ->
                    throw new IllegalArgumentException(
                            "the export of %s says \"%s\"; there are ro, rw, async, insecure, squash=, client="
                                    .formatted(path, word));
            }
        }
        return new NfsExportRule(path, readOnly, async, insecure, squash, clients.isEmpty() ? usual.clients : clients);
    }

    JsonObject json() {
        return new JsonObject()
                .put("path", path)
                .put("readOnly", readOnly)
                .put("async", async)
                .put("insecure", insecure)
                .put("squash", word(squash))
                .putTexts("clients", clients);
    }

    /**
     * What an object says; what it does not say is as another rule has it.
     *
     * @throws IllegalArgumentException for what is none
     */
    static NfsExportRule of(JsonObject json, NfsExportRule usual) {
        return new NfsExportRule(
                json.optionalText("path").orElse(usual.path),
                json.has("readOnly") ? json.flag("readOnly") : usual.readOnly,
                json.has("async") ? json.flag("async") : usual.async,
                json.has("insecure") ? json.flag("insecure") : usual.insecure,
                json.optionalText("squash").map(NfsExportRule::squash).orElse(usual.squash),
                json.has("clients") ? json.texts("clients") : usual.clients);
    }

    private static String word(Squash squash) {
        return squash.name().toLowerCase(Locale.ROOT);
    }

    private static String after(String word) {
        return word.substring(word.indexOf('=') + 1);
    }

    private static Squash squash(String name) {
        return Stream.of(Squash.values())
                .filter(each -> word(each).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("\"%s\" is nobody to squash: root, all, none".formatted(name)));
    }

    /** As NFS has it, of a subvolume with this root. */
    Export export(NodeId root) {
        Export export = path.equals("/") ? Export.LOOPBACK : Export.LOOPBACK.withPath(path, root);
        if (!clients.isEmpty()) {
            export = export.withClients(
                    clients.stream().map(ClientNetwork::parse).toList());
        }
        return export.withReadOnly(readOnly)
                .withAsync(async)
                .withInsecure(insecure)
                .withSquash(squash, Export.NOBODY, Export.NOBODY);
    }
}
