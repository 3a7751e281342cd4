package dev.ring3.cli;

import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.server.json.JsonObject;
import java.util.List;

/**
 * Why a file holds no valid program.
 *
 * @param text for people, several lines perhaps
 * @param json the same for machines
 */
record Rejection(String text, JsonObject json) {
    private static final int SOURCE_COLUMNS_MAX = 160;

    /** For bytes: the message of the exception says where. */
    static Rejection of(String file, RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        return new Rejection(
                "%s: %s".formatted(CommandFiles.name(file), message), new JsonObject().put("message", message));
    }

    /** For text: place and message as compilers print them, the line, and a caret below the column. */
    static Rejection of(String file, String source, Dialect dialect, AssemblyException failure) {
        String message = withoutPlace(failure);
        StringBuilder text = new StringBuilder();
        text.append("%s:%d:%d: %s".formatted(CommandFiles.name(file), failure.line(), failure.column(), message));
        List<String> lines = source.lines().toList();
        if (failure.line() <= lines.size()) {
            String line = lines.get(failure.line() - 1);
            int end = Math.min(line.length(), SOURCE_COLUMNS_MAX);
            text.append('\n').append(line, 0, end);
            if (failure.column() <= end + 1) {
                // Tabs stay tabs, so that the caret stands below its column whatever their width.
                text.append('\n')
                        .append(line.substring(0, failure.column() - 1).replaceAll("[^\t]", " "))
                        .append('^');
            }
        }
        if (dialect == Dialect.LLVM && source.contains("%r")) {
            text.append("\n(registers like %r0 are those of the other dialect: --dialect=conformance)");
        }
        return new Rejection(
                text.toString(),
                new JsonObject()
                        .put("line", failure.line())
                        .put("column", failure.column())
                        .put("message", message));
    }

    private static String withoutPlace(AssemblyException failure) {
        String message = String.valueOf(failure.getMessage());
        String place = "line %d, column %d: ".formatted(failure.line(), failure.column());
        return message.startsWith(place) ? message.substring(place.length()) : message;
    }
}
