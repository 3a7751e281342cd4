package dev.ring3.nio;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Globs as {@link java.nio.file.FileSystem#getPathMatcher} has them, turned into regular expressions: stars and question
 * marks stay within a name, two stars do not, brackets match one character that is no slash, braces one of several.
 */
final class Glob {
    private static final String OF_REGEX = "\\^$.|?*+()[]{}";
    private static final String OF_GLOB = "\\*?[{";

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private boolean inBraces;

    private Glob(String glob) {
        this.glob = glob;
    }

    /**
     * The regular expression, to be matched with a whole path.
     *
     * @throws PatternSyntaxException where one is not closed, nested, or empty
     */
    static Pattern compile(String glob) {
        return Pattern.compile(new Glob(glob).translate(), Pattern.DOTALL);
    }

    private String translate() {
        while (at < glob.length()) {
            char c = glob.charAt(at++);
            switch (c) {
                case '*' -> star();
                case '?' -> regex.append("[^/]");
                case '[' -> bracket();
                case '{' -> openBrace();
                case '}' -> closeBrace();
                case ',' -> regex.append(inBraces ? ")|(?:" : ",");
                case '\\' -> escaped();
                default -> literal(c);
            }
        }
        if (inBraces) {
            throw error("A brace that is not closed", at - 1);
        }
        return regex.toString();
    }

    private void star() {
        if (at < glob.length() && glob.charAt(at) == '*') {
            at++;
            regex.append(".*");
        } else {
            regex.append("[^/]*");
        }
    }

    private void openBrace() {
        if (inBraces) {
            throw error("A brace in braces", at - 1);
        }
        inBraces = true;
        regex.append("(?:(?:");
    }

    private void closeBrace() {
        regex.append(inBraces ? "))" : "\\}");
        inBraces = false;
    }

    private void escaped() {
        if (at == glob.length()) {
            throw error("Nothing to escape", at - 1);
        }
        literal(glob.charAt(at++));
    }

    private void literal(char c) {
        if (OF_REGEX.indexOf(c) >= 0 || OF_GLOB.indexOf(c) >= 0) {
            regex.append('\\');
        }
        regex.append(c);
    }

    /** Every character stands for itself in brackets, but a first {@code !} and a hyphen that makes a range. */
    private void bracket() {
        int begin = at - 1;
        regex.append("[[^/]&&[");
        if (peek() == '!') {
            at++;
            regex.append('^');
        }
        int first = at;
        int low = -1;
        for (int c = next(begin); c != ']'; c = next(begin)) {
            if (c == '/') {
                throw error("A slash in brackets", at - 1);
            }
            boolean literalHyphen = at - 1 == first || peek() == ']';
            if (c != '-' || literalHyphen) {
                regex.append(quoted(c));
                low = c == '-' ? -1 : c;
                continue;
            }
            int high = next(begin);
            if (low < 0 || high < low) {
                throw error("Not a range", at - 2);
            }
            regex.append('-').append(quoted(high));
            low = -1;
        }
        if (at - 1 == first) {
            throw error("Nothing in brackets", begin);
        }
        regex.append("]]");
    }

    private int peek() {
        return at < glob.length() ? glob.codePointAt(at) : -1;
    }

    private int next(int begin) {
        if (at >= glob.length()) {
            throw error("A bracket that is not closed", begin);
        }
        int c = glob.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    private static String quoted(int c) {
        return "\\x{%x}".formatted(c);
    }

    private PatternSyntaxException error(String what, int index) {
        return new PatternSyntaxException(what, glob, index);
    }
}
