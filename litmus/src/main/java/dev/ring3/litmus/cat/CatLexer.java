package dev.ring3.litmus.cat;

import dev.ring3.litmus.LitmusException;
import java.util.ArrayList;
import java.util.List;

/** Splits a model into tokens. Comments are {@code (* ... *)}, nested, and from {@code //} or {@code #} to the end of a line. */
final class CatLexer {
    private static final String SYMBOLS = "=()[]{},|;\\&*+?~_0:<>!";

    private final String file;
    private final String text;
    private int at;
    private int line = 1;
    private int lineStart;

    CatLexer(String file, String text) {
        this.file = file;
        this.text = text;
    }

    List<CatToken> tokens() {
        List<CatToken> tokens = new ArrayList<>();
        while (true) {
            skipBlanks();
            Cat.At position = position();
            if (at >= text.length()) {
                tokens.add(new CatToken(CatToken.Kind.END, "the end of the file", position));
                return tokens;
            }
            tokens.add(next(position));
        }
    }

    private CatToken next(Cat.At position) {
        char c = text.charAt(at);
        int from = at;
        if (c == '"') {
            int end = text.indexOf('"', at + 1);
            if (end < 0) {
                throw error(position, "a string without its end");
            }
            for (int i = at; i < end; i++) {
                newline(i);
            }
            at = end + 1;
            return new CatToken(CatToken.Kind.STRING, text.substring(from + 1, end), position);
        }
        for (String symbol : List.of("^-1", "->", "||", "++", "&&", "!=")) {
            if (text.startsWith(symbol, at)) {
                at += symbol.length();
                return new CatToken(CatToken.Kind.SYMBOL, symbol, position);
            }
        }
        if (isNameStart(c)) {
            while (at < text.length() && isNamePart(text.charAt(at))) {
                at++;
            }
            if (text.charAt(at - 1) == '-') { // as in a->b
                at--;
            }
            return new CatToken(CatToken.Kind.NAME, text.substring(from, at), position);
        }
        if (SYMBOLS.indexOf(c) >= 0) {
            at++;
            return new CatToken(CatToken.Kind.SYMBOL, String.valueOf(c), position);
        }
        throw error(position, "'%s' means nothing here".formatted(Character.toString(text.codePointAt(at))));
    }

    private boolean isNameStart(char c) {
        boolean longer = at + 1 < text.length() && isNamePart(text.charAt(at + 1)) && text.charAt(at + 1) != '-';
        return isLetter(c) || (c == '_' && longer);
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isNamePart(char c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '\'';
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') {
                newline(at);
                at++;
            } else if (text.startsWith("(*", at)) {
                skipComment();
            } else if (c == '#' || text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        Cat.At start = position();
        int depth = 0;
        do {
            if (text.startsWith("(*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*)", at)) {
                depth--;
                at += 2;
            } else if (at >= text.length()) {
                throw error(start, "a comment without its end");
            } else {
                newline(at);
                at++;
            }
        } while (depth > 0);
    }

    private void newline(int index) {
        if (text.charAt(index) == '\n') {
            line++;
            lineStart = index + 1;
        }
    }

    private Cat.At position() {
        return new Cat.At(file, line, at - lineStart + 1);
    }

    static LitmusException error(Cat.At at, String problem) {
        String where = at.file().isEmpty() ? "" : " (in " + at.file() + ")";
        return new LitmusException(at.line(), at.column(), problem + where);
    }
}
