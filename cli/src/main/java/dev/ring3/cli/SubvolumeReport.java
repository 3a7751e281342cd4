package dev.ring3.cli;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.SubvolumeInfo;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Subvolumes as text and as JSON. */
final class SubvolumeReport {
    private static final int UNLIMITED = -1;

    private final VolumePaths paths;

    SubvolumeReport(VolumePaths paths) {
        this.paths = paths;
    }

    /** Prints a list of them. */
    void print(Terminal terminal, List<SubvolumeInfo> all, boolean json, String schema) {
        if (json) {
            terminal.out().println(json(schema, all));
        } else {
            table(all).forEach(terminal.out()::println);
        }
    }

    private List<String> table(List<SubvolumeInfo> all) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "CREATED", "DATA", "FILES", "KIND", "PATH"));
        for (SubvolumeInfo info : all) {
            rows.add(List.of(
                    Long.toString(info.id().value()),
                    info.created().truncatedTo(ChronoUnit.SECONDS).toString(),
                    ByteSize.text(info.referencedBytes()),
                    Long.toString(info.referencedInodes()),
                    kind(info),
                    paths.path(info.id())));
        }
        return TextTable.lines(rows);
    }

    private String kind(SubvolumeInfo info) {
        String kind = info.origin() == null ? "subvolume" : "snapshot";
        String writable = info.readOnly() ? "read-only " + kind : kind;
        return info.id().equals(paths.control().defaultSubvolume()) ? writable + ", default" : writable;
    }

    List<String> lines(SubvolumeInfo info) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("path", paths.path(info.id())));
        rows.add(List.of("id", Long.toString(info.id().value())));
        rows.add(List.of("uuid", info.uuid().toString()));
        rows.add(List.of("kind", kind(info)));
        SubvolumeId origin = info.origin();
        if (origin != null) {
            rows.add(List.of("snapshot of", paths.path(origin)));
        }
        rows.add(List.of("created", info.created().toString()));
        rows.add(List.of("data", ByteSize.text(info.referencedBytes()) + limit(info.quotaBytes())));
        rows.add(List.of("files", info.referencedInodes() + limitCount(info.quotaInodes())));
        rows.add(
                List.of("written", ByteSize.text(info.writtenBytes()) + " since it, or its latest snapshot, was made"));
        rows.add(List.of("holds", Integer.toString(info.holds())));
        return TextTable.lines(rows);
    }

    private static String limit(long bytes) {
        return bytes == UNLIMITED ? "" : " of at most " + ByteSize.text(bytes);
    }

    private static String limitCount(long count) {
        return count == UNLIMITED ? "" : " of at most " + count;
    }

    JsonObject json(String schema, List<SubvolumeInfo> all) {
        return JsonObject.ofSchema(schema)
                .put("uuid", paths.control().uuid().toString())
                .putObjects("subvolumes", all.stream().map(this::json).toList());
    }

    private JsonObject json(SubvolumeInfo info) {
        JsonObject object = new JsonObject()
                .put("id", info.id().value())
                .put("path", paths.path(info.id()))
                .put("uuid", info.uuid().toString())
                .put("readOnly", info.readOnly())
                .put("default", info.id().equals(paths.control().defaultSubvolume()))
                .put("created", info.created().toString())
                .put("referencedBytes", info.referencedBytes())
                .put("referencedInodes", info.referencedInodes())
                .put("writtenBytes", info.writtenBytes())
                .put("holds", info.holds());
        SubvolumeId origin = info.origin();
        if (origin != null) {
            object.put("snapshotOf", origin.value());
        }
        if (info.quotaBytes() != UNLIMITED) {
            object.put("quotaBytes", info.quotaBytes());
        }
        if (info.quotaInodes() != UNLIMITED) {
            object.put("quotaInodes", info.quotaInodes());
        }
        return object;
    }
}
