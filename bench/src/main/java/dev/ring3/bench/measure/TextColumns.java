package dev.ring3.bench.measure;

import java.util.List;

/** Rows as text in columns that are as wide as they need to be, and paragraphs. */
public final class TextColumns {
    private static final String GAP = "  ";
    private static final int LINE_CHARS = 118;

    private TextColumns() {}

    /** A line for each row; all rows have as many columns. */
    public static String of(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i))
                        .repeat(' ', widths[i] - row.get(i).length())
                        .append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** A paragraph in lines that a terminal has room for. */
    public static String wrapped(String paragraph) {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (String word : paragraph.split(" ", -1)) {
            if (column + word.length() >= LINE_CHARS) {
                text.append('\n');
                column = 0;
            }
            text.append(column == 0 ? "" : " ").append(word);
            column += word.length() + 1;
        }
        return text.append('\n').toString();
    }
}
