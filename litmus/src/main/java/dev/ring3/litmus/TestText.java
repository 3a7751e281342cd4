package dev.ring3.litmus;

/** The characters of a test with comments blanked out, read from the front; knows lines and columns. */
final class TestText {
    /** Larger tests are refused before anything is made of them. */
    static final int LENGTH_MAX = 1 << 20;

    private final String text;
    private final int[] lineStarts;
    private int at;

    TestText(String source) {
        if (source.length() > LENGTH_MAX) {
            throw new LitmusException(1, 1, "the test has more than %d characters".formatted(LENGTH_MAX));
        }
        this.lineStarts = lineStarts(source);
        this.text = withoutComments(source);
    }

    private static int[] lineStarts(String source) {
        int[] starts = new int[(int) source.chars().filter(c -> c == '\n').count() + 1];
        int line = 0;
        for (int i = 0; i < source.length(); i++) {
            if (source.charAt(i) == '\n') {
                starts[++line] = i + 1;
            }
        }
        return starts;
    }

    /** Comments nest; each character of one becomes a blank, so that places stay. */
    private String withoutComments(String source) {
        StringBuilder kept = new StringBuilder(source.length());
        int depth = 0;
        int start = 0;
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            char after = i + 1 < source.length() ? source.charAt(i + 1) : ' ';
            if (c == '(' && after == '*' && !isPointerType(source, i, depth)) {
                start = depth == 0 ? i : start;
                depth++;
                kept.append("  ");
                i++;
            } else if (depth > 0 && c == '*' && after == ')') {
                depth--;
                kept.append("  ");
                i++;
            } else {
                kept.append(depth > 0 && c != '\n' ? ' ' : c);
            }
        }
        if (depth > 0) {
            throw errorAt(start, "a comment without its end");
        }
        return kept.toString();
    }

    /** A comment cannot begin with a closing parenthesis: {@code (*)} is none. */
    private static boolean isPointerType(String source, int at, int depth) {
        return depth == 0 && at + 2 < source.length() && source.charAt(at + 2) == ')';
    }

    int position() {
        return at;
    }

    void moveTo(int position) {
        at = position;
    }

    int length() {
        return text.length();
    }

    char charAt(int position) {
        return position < text.length() ? text.charAt(position) : '\0';
    }

    String substring(int from, int to) {
        return text.substring(from, to);
    }

    /** The first place of a character from here on, or -1. */
    int indexOf(char c, int from) {
        return text.indexOf(c, from);
    }

    void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /** The rest of the line, without blanks around it. */
    String restOfLine() {
        int end = text.indexOf('\n', at);
        end = end < 0 ? text.length() : end;
        String rest = text.substring(at, end).strip();
        at = end;
        return rest;
    }

    int line(int position) {
        int low = 0;
        int high = lineStarts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (lineStarts[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low + 1;
    }

    int column(int position) {
        return position - lineStarts[line(position) - 1] + 1;
    }

    LitmusException errorAt(int position, String problem) {
        return new LitmusException(line(position), column(position), problem);
    }
}
