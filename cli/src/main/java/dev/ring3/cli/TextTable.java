package dev.ring3.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Rows below each other; control characters in them are shown, not obeyed. */
final class TextTable {
    private static final int GAP = 2;

    private static final String CUT = "\u2026";

    private TextTable() {}

    /** Prints a table whose lines fit the terminal: what is too long for it is cut, and ends with an ellipsis. */
    static void print(List<List<String>> rows, Terminal terminal) {
        int columns = terminal.columns().getAsInt();
        lines(rows).forEach(line -> terminal.out().println(fit(line, columns)));
        terminal.out().flush();
    }

    /** As much of a line as fits. */
    static String fit(String line, int columns) {
        return line.codePointCount(0, line.length()) <= columns
                ? line
                : line.substring(0, line.offsetByCodePoints(0, columns - 1)) + CUT;
    }

    /** A line for each row, columns as wide as they need to be; the last column of a row is as wide as it likes. */
    static List<String> lines(List<List<String>> cells) {
        List<List<String>> rows = cells.stream()
                .map(row -> row.stream().map(ProcessText::printable).toList())
                .toList();
        int columns =
                rows.stream().map(List::size).max(Comparator.naturalOrder()).orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size() - 1; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int spare = Math.max(0, widths[i] - row.get(i).length());
                line.append(row.get(i)).repeat(' ', spare + GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
