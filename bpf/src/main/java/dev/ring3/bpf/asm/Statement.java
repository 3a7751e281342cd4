package dev.ring3.bpf.asm;

import java.util.List;

/** The tokens of one statement, read from left to right; the last is {@link Token.Kind#END} and is never passed. */
final class Statement {
    private final List<Token> tokens;
    private int next;

    Statement(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(next + ahead, tokens.size() - 1));
    }

    Token take() {
        Token token = peek();
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    /** Takes all that is left, and gives the last token that is not the end, or the end if there was none. */
    Token takeAll() {
        Token last = peek();
        while (!atEnd()) {
            last = take();
        }
        return last;
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END;
    }

    boolean at(String text) {
        return peek().is(text);
    }

    boolean accept(String text) {
        if (!at(text)) {
            return false;
        }
        take();
        return true;
    }

    void expect(String text) {
        if (!accept(text)) {
            throw unexpected("'" + text + "'");
        }
    }

    void expectEnd() {
        if (!atEnd()) {
            throw unexpected("the end of the line");
        }
    }

    /** The error that the next token is not what has to come here. */
    AssemblyException unexpected(String expected) {
        return unexpected(peek(), expected);
    }

    static AssemblyException unexpected(Token found, String expected) {
        return new AssemblyException(found.at(), "found %s, expected %s".formatted(found.quoted(), expected));
    }
}
