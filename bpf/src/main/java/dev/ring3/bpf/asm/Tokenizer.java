package dev.ring3.bpf.asm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts source into statements, one at a time, each of a limited number of tokens. A statement ends with its line; in
 * {@link Dialect#LLVM} also at a semicolon, and a block comment may carry it over several lines.
 *
 * <p>LLVM separates statements by {@code ;}, objdump and the kernel begin a comment with it. Both are served: a line
 * that begins with {@code ;} is a comment, and so is what follows a later {@code ;} unless it begins like an instruction.
 */
final class Tokenizer {
    /** No statement comes near; a comment behind a semicolon may have some hundreds. */
    private static final int TOKENS_MAX = 4096;

    private final String source;
    private final Dialect dialect;
    private int at;
    private int line = 1;
    private int lineStart;

    /** Whether a semicolon has ended a statement on this line. */
    private boolean afterSemicolon;

    Tokenizer(String source, Dialect dialect) {
        this.source = source;
        this.dialect = dialect;
    }

    /** The next statement that has tokens, or null at the end of the source. */
    @Nullable
    Statement next() {
        while (at < source.length()) {
            boolean mayBeComment = afterSemicolon;
            List<Token> tokens = statement();
            if (tokens.isEmpty()) {
                continue;
            }
            if (mayBeComment && !LlvmParser.beginsStatement(tokens)) {
                if (afterSemicolon) {
                    skipLine();
                }
                continue;
            }
            Token last = tokens.getLast();
            Position end = new Position(
                    last.at().line(), last.at().column() + last.text().length());
            tokens.add(new Token(Token.Kind.END, "", end));
            return new Statement(tokens);
        }
        return null;
    }

    private List<Token> statement() {
        List<Token> tokens = new ArrayList<>();
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '\n') {
                newline();
                afterSemicolon = false;
                return tokens;
            }
            if (dialect == Dialect.LLVM && c == ';') {
                if (!tokens.isEmpty() || afterSemicolon) {
                    at++;
                    afterSemicolon = true;
                    return tokens;
                }
                skipLine();
            } else if (c == '#' && !isNumberOfCall(tokens)) {
                skipLine();
            } else if (dialect == Dialect.LLVM && source.startsWith("//", at)) {
                skipLine();
            } else if (dialect == Dialect.LLVM && source.startsWith("/*", at)) {
                skipBlockComment();
            } else if (isBlank(c)) {
                at++;
            } else if (tokens.size() < TOKENS_MAX) {
                tokens.add(token(c));
            } else {
                throw new AssemblyException(here(), "a statement has at most %d tokens".formatted(TOKENS_MAX));
            }
        }
        return tokens;
    }

    private Token token(char first) {
        Position position = here();
        int start = at;
        if (isWordPart(first) || (dialect == Dialect.CONFORMANCE && first == '%')) {
            at++;
            while (at < source.length() && isWordPart(source.charAt(at))) {
                at++;
            }
            Token.Kind kind = isDigit(first) ? Token.Kind.NUMBER : Token.Kind.NAME;
            return new Token(kind, source.substring(start, at), position);
        }
        at += Character.charCount(source.codePointAt(at));
        if (first == '"') {
            skipString();
        }
        return new Token(Token.Kind.SYMBOL, source.substring(start, at), position);
    }

    /** The kernel writes {@code call bpf_map_lookup_elem#1}: there, and only there, {@code #} begins no comment. */
    private boolean isNumberOfCall(List<Token> tokens) {
        if (dialect != Dialect.LLVM || tokens.isEmpty() || at + 1 == source.length()) {
            return false;
        }
        return isDigit(source.charAt(at + 1))
                && tokens.getLast().touches(here())
                && LlvmParser.endsWithKernelCallee(tokens);
    }

    /** Leaves the quote and what follows, to the next quote or the end of the line. */
    private void skipString() {
        while (at < source.length() && source.charAt(at) != '\n') {
            if (source.charAt(at++) == '"') {
                return;
            }
        }
    }

    private void skipBlockComment() {
        Position start = here();
        int end = source.indexOf("*/", at + 2);
        if (end < 0) {
            throw new AssemblyException(start, "found '/*', expected a '*/' after it");
        }
        while (at < end) {
            if (source.charAt(at) == '\n') {
                newline();
            } else {
                at++;
            }
        }
        at = end + 2;
    }

    private void skipLine() {
        int end = source.indexOf('\n', at);
        at = end < 0 ? source.length() : end;
    }

    private void newline() {
        at++;
        line++;
        lineStart = at;
    }

    private Position here() {
        return new Position(line, at - lineStart + 1);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f';
    }

    private static boolean isWordPart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c == '.' || c == '$';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
