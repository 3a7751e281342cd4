package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** How two snapshots differ, a line for each file: {@code +} came, {@code -} went, {@code R} moved, {@code M} changed. */
final class DifferenceText {
    private DifferenceText() {}

    static String line(JsonObject difference) {
        String before = path(difference, "oldPath");
        String after = path(difference, "newPath");
        return switch (difference.text("what")) {
            case "added" -> "+ " + after;
            case "removed" -> "- " + before;
            default ->
                before.equals(after)
                        ? "M " + after + what(difference)
                        : "R %s -> %s%s".formatted(before, after, what(difference));
        };
    }

    private static String path(JsonObject difference, String member) {
        return difference.optionalText(member).map(ProcessText::printable).orElse("(a file without a name)");
    }

    private static String what(JsonObject difference) {
        List<String> parts = new ArrayList<>();
        if (!difference.objects("ranges").isEmpty()) {
            parts.add(ByteSize.text(difference.number("changedBytes")) + " of data");
        }
        long names = difference.number("names");
        if (names > 0) {
            parts.add(names == 1 ? "1 name" : names + " names");
        }
        if (difference.flag("attributes")) {
            parts.add("attributes");
        }
        if (difference.flag("xattrs")) {
            parts.add("extended attributes");
        }
        return parts.isEmpty() ? "" : "  (" + String.join(", ", parts) + ")";
    }
}
