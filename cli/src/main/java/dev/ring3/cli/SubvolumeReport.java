package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Subvolumes, as the API shows them, as text and as JSON. */
final class SubvolumeReport {
    /** What of the API is said of a subvolume; the rest may change. */
    private static final List<String> MEMBERS = List.of(
            "id",
            "path",
            "uuid",
            "readOnly",
            "default",
            "created",
            "referencedBytes",
            "referencedInodes",
            "writtenBytes",
            "holds",
            "compression",
            "receiving",
            "snapshotOf",
            "quotaBytes",
            "quotaInodes");

    private final JsonObject answer;
    private final List<JsonObject> all;

    /** @param answer with {@code uuid} and {@code subvolumes} */
    SubvolumeReport(JsonObject answer) {
        this.answer = answer;
        this.all = answer.objects("subvolumes");
    }

    /** Prints a list of them. */
    void print(Terminal terminal, boolean json, String schema) {
        if (json) {
            terminal.out().println(json(schema));
        } else {
            table().forEach(terminal.out()::println);
        }
    }

    private List<String> table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "CREATED", "DATA", "FILES", "KIND", "PATH"));
        for (JsonObject info : all) {
            rows.add(List.of(
                    Long.toString(info.number("id")),
                    Instant.parse(info.text("created"))
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString(),
                    ByteSize.text(info.number("referencedBytes")),
                    Long.toString(info.number("referencedInodes")),
                    kind(info),
                    info.text("path")));
        }
        return TextTable.lines(rows);
    }

    private static String kind(JsonObject info) {
        String whole = info.has("snapshotOf") ? "snapshot" : "subvolume";
        String kind = info.has("receiving") ? whole + ", in part" : whole;
        String writable = info.flag("readOnly") ? "read-only " + kind : kind;
        return info.flag("default") ? writable + ", default" : writable;
    }

    /**
     * All that is known of the first.
     *
     * @param origin the path of what it is a snapshot of, or null
     */
    List<String> lines(@Nullable String origin) {
        JsonObject info = all.getFirst();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("path", info.text("path")));
        rows.add(List.of("id", Long.toString(info.number("id"))));
        rows.add(List.of("uuid", info.text("uuid")));
        rows.add(List.of("kind", kind(info)));
        if (origin != null) {
            rows.add(List.of("snapshot of", origin));
        }
        rows.add(List.of("created", info.text("created")));
        rows.add(List.of("data", ByteSize.text(info.number("referencedBytes")) + limit(info)));
        rows.add(List.of("files", info.number("referencedInodes") + limitCount(info)));
        rows.add(List.of(
                "written", ByteSize.text(info.number("writtenBytes")) + " since it, or its latest snapshot, was made"));
        rows.add(List.of("holds", Long.toString(info.number("holds"))));
        rows.add(List.of("compression", info.text("compression")));
        info.optionalText("receiving")
                .ifPresent(position -> rows.add(List.of("receiving", "has come as far as " + position)));
        return TextTable.lines(rows);
    }

    private static String limit(JsonObject info) {
        return info.has("quotaBytes") ? " of at most " + ByteSize.text(info.number("quotaBytes")) : "";
    }

    private static String limitCount(JsonObject info) {
        return info.has("quotaInodes") ? " of at most " + info.number("quotaInodes") : "";
    }

    JsonObject json(String schema) {
        return JsonObject.ofSchema(schema)
                .put("uuid", answer.text("uuid"))
                .putObjects(
                        "subvolumes",
                        all.stream().map(SubvolumeReport::selected).toList());
    }

    private static JsonObject selected(JsonObject info) {
        JsonObject selected = new JsonObject();
        MEMBERS.stream()
                .filter(info::has)
                .forEach(name ->
                        selected.put(name, Objects.requireNonNull(info.members().get(name))));
        return selected;
    }
}
