package dev.ring3.litmus;

import java.util.ArrayList;
import java.util.List;

/** Tokens of the initial state and of conditions. */
final class StateTokens {
    /** A word, a number or a symbol, and where it stands. */
    record Token(String text, int position) {
        boolean isName() {
            return !text.isEmpty() && isLetter(text.charAt(0));
        }

        boolean isNumber() {
            return !text.isEmpty()
                    && (isDigit(text.charAt(0))
                            || (text.length() > 1 && text.charAt(0) == '-' && isDigit(text.charAt(1))));
        }
    }

    private static final List<String> SYMBOLS = List.of(
            "/\\", "\\/", "=>", "==", "!=", "<>", "=", "~", "(", ")", "[", "]", "{", "}", ";", ":", ",", "&", "*");

    private final TestText text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    /** Reads from one position to another. */
    StateTokens(TestText text, int from, int to) {
        this.text = text;
        int position = from;
        while (position < to) {
            char c = text.charAt(position);
            if (Character.isWhitespace(c)) {
                position++;
                continue;
            }
            int end = end(position, to);
            tokens.add(new Token(text.substring(position, end), position));
            position = end;
        }
        tokens.add(new Token("", to));
    }

    private int end(int position, int to) {
        char c = text.charAt(position);
        if (isLetter(c) || isDigit(c) || (c == '-' && isDigit(text.charAt(position + 1)))) {
            int end = position + 1;
            while (end < to && (isLetter(text.charAt(end)) || isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
                end++;
            }
            return end;
        }
        for (String symbol : SYMBOLS) {
            if (position + symbol.length() <= to
                    && text.substring(position, position + symbol.length()).equals(symbol)) {
                return position + symbol.length();
            }
        }
        throw text.errorAt(position, "'%c' means nothing here".formatted(c));
    }

    static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    boolean at(String wanted) {
        return peek().text().equals(wanted);
    }

    boolean atEnd() {
        return at >= tokens.size() - 1;
    }

    Token take() {
        Token token = peek();
        at++;
        return token;
    }

    boolean accept(String wanted) {
        if (at(wanted)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String wanted) {
        if (!accept(wanted)) {
            throw unexpected("'" + wanted + "'");
        }
    }

    LitmusException unexpected(String wanted) {
        return error(
                peek(), "expected %s, found %s".formatted(wanted, atEnd() ? "the end" : "'" + peek().text() + "'"));
    }

    LitmusException error(Token token, String problem) {
        return text.errorAt(token.position(), problem);
    }

    Token expectName() {
        if (!peek().isName()) {
            throw unexpected("a name");
        }
        return take();
    }

    /** A number in decimal, hexadecimal, octal ({@code 0o}) or binary; unsigned ones up to 2<sup>64</sup>. */
    long number() {
        Token token = peek();
        if (!token.isNumber()) {
            throw unexpected("a number");
        }
        take();
        String digits = token.text().replace("_", "");
        boolean negative = digits.startsWith("-");
        digits = negative ? digits.substring(1) : digits;
        int radix = digits.length() < 2 || digits.charAt(0) != '0'
                ? 10
                : switch (digits.charAt(1)) {
                    case 'x', 'X' -> 16;
                    case 'b', 'B' -> 2;
                    case 'o', 'O' -> 8;
                    default -> 10;
                };
        try {
            long value = Long.parseUnsignedLong(radix == 10 ? digits : digits.substring(2), radix);
            return negative ? -value : value;
        } catch (NumberFormatException notANumber) {
            throw error(token, "'%s' is no number of 64 bits".formatted(token.text()));
        }
    }
}
