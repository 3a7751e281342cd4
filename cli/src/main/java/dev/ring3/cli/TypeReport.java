package dev.ring3.cli;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import dev.ring3.bpf.type.StructType;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What programs of a type are called with, may call and may return.
 *
 * @param type which
 */
record TypeReport(ProgramType type) {
    private static final int SECTIONS_IN_TABLE = 3;
    private static final int HELPERS_A_LINE = 3;
    private static final String INDENT = "    ";

    /** A table of types. */
    static String table(List<ProgramType> types) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("TYPE", "CALLED WITH", "RETURNS", "HELPERS", "SECTIONS"));
        for (ProgramType type : types) {
            TypeReport report = new TypeReport(type);
            List<String> sections = UsualSections.of(type);
            String shown = String.join(", ", sections.subList(0, Math.min(sections.size(), SECTIONS_IN_TABLE)));
            rows.add(List.of(
                    type.name(),
                    report.entry(),
                    report.result(),
                    Integer.toString(report.helpers().size()),
                    sections.size() > SECTIONS_IN_TABLE ? shown + ", ..." : shown));
        }
        return String.join("\n", TextTable.lines(rows)) + "\n";
    }

    private String entry() {
        return switch (type.entry()) {
            case Entry.Block _ -> "memory, its length";
            case Entry.Context context -> "struct " + context.type().name();
        };
    }

    private String result() {
        return isAnyResult() ? "any number" : "[%d, %d]".formatted(type.resultMin(), type.resultMax());
    }

    private boolean isAnyResult() {
        return type.resultMin() == Long.MIN_VALUE && type.resultMax() == Long.MAX_VALUE;
    }

    private List<Integer> helpers() {
        return new TreeSet<>(type.functions().numbers())
                .stream()
                        .filter(number -> type.functions().contract(number) != null)
                        .toList();
    }

    /** All that is known of the type. */
    String text() {
        StringBuilder text = new StringBuilder();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("type", type.name()));
        rows.add(List.of("called with", calledWith()));
        rows.add(List.of("returns", result()));
        List<String> sections = UsualSections.of(type);
        if (!sections.isEmpty()) {
            rows.add(List.of("sections", String.join(", ", sections)));
        }
        if (type.has(ProgramType.Trait.PACKET_WRITABLE) && type.entry() instanceof Entry.Context) {
            rows.add(List.of("packet", "may be written"));
        }
        TextTable.lines(rows).forEach(line -> text.append(line).append('\n'));
        if (type.entry() instanceof Entry.Context(StructType context, int _)) {
            text.append("\nstruct %s, %d bytes\n".formatted(context.name(), context.sizeBytes()));
            List<List<String>> fields = new ArrayList<>();
            context.fields().forEach(field -> fields.add(row(field)));
            TextTable.lines(fields)
                    .forEach(line -> text.append(INDENT).append(line).append('\n'));
        }
        text.append("\nhelpers; those with * run here, of the others it is known what they demand\n");
        helperLines().forEach(line -> text.append(INDENT).append(line).append('\n'));
        return text.toString();
    }

    private String calledWith() {
        return switch (type.entry()) {
            case Entry.Block(long lengthBytesMin, long lengthBytesMax) ->
                "r1: the address of memory, to read and write; r2: its length, %s%d"
                        .formatted(lengthBytesMin == 0 ? "at most " : lengthBytesMin + " to ", lengthBytesMax);
            case Entry.Context context ->
                "r1: the address of struct " + context.type().name();
        };
    }

    private static List<String> row(Field field) {
        String name = field.count() == 1 ? field.name() : "%s[%d]".formatted(field.name(), field.count());
        return List.of(
                "%4d".formatted(field.offsetBytes()),
                name,
                VerdictText.count(field.sizeBytes(), "byte"),
                (field.writable() ? "read, write" : "read") + (isWhole(field) ? ", whole only" : ""),
                text(field));
    }

    private static boolean isWhole(Field field) {
        return !field.narrowReads() && field.kind() instanceof FieldKind.Scalar && field.sizeBytes() > 1;
    }

    private static String text(Field field) {
        return switch (field.kind()) {
            case FieldKind.Scalar _ -> "number";
            case FieldKind.Bytes _ -> "bytes";
            case FieldKind.Packet(FieldKind.Part part) ->
                switch (part) {
                    case START -> "the first byte of the packet";
                    case END -> "one past the last byte of the packet";
                    case META -> "the first byte of the packet's metadata";
                };
            case FieldKind.Pointer(StructType target, boolean nullable) ->
                "address of struct %s%s".formatted(target.name(), nullable ? ", or null" : "");
        };
    }

    private List<String> helperLines() {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        for (int number : helpers()) {
            row.add("%4d%s %s"
                    .formatted(
                            number, runs(number) ? "*" : " ", type.functions().name(number)));
            if (row.size() == HELPERS_A_LINE) {
                rows.add(row);
                row = new ArrayList<>();
            }
        }
        if (!row.isEmpty()) {
            rows.add(row);
        }
        return TextTable.lines(rows);
    }

    private boolean runs(int number) {
        return type.functions().byNumber(number) != null;
    }

    JsonObject json() {
        JsonObject json = new JsonObject().put("name", type.name()).putTexts("sections", UsualSections.of(type));
        switch (type.entry()) {
            case Entry.Block(long lengthBytesMin, long lengthBytesMax) ->
                json.put("memory_bytes_min", lengthBytesMin).put("memory_bytes_max", lengthBytesMax);
            case Entry.Context(StructType context, int packetBytesMax) ->
                json.put("context", json(context)).put("packet_bytes_max", packetBytesMax);
        }
        if (!isAnyResult()) {
            json.put("result_min", type.resultMin()).put("result_max", type.resultMax());
        }
        return json.putTexts(
                        "traits", type.traits().stream().map(Names::of).sorted().toList())
                .putObjects("helpers", helpers().stream().map(this::helper).toList());
    }

    private JsonObject helper(int number) {
        return new JsonObject()
                .put("number", number)
                .put("name", String.valueOf(type.functions().name(number)))
                .put("runs", runs(number));
    }

    private static JsonObject json(StructType context) {
        return new JsonObject()
                .put("name", context.name())
                .put("bytes", context.sizeBytes())
                .putObjects(
                        "fields",
                        context.fields().stream()
                                .map(field -> new JsonObject()
                                        .put("name", field.name())
                                        .put("offset", field.offsetBytes())
                                        .put("bytes", field.sizeBytes())
                                        .put("count", field.count())
                                        .put("writable", field.writable())
                                        .put("holds", text(field)))
                                .toList());
    }
}
