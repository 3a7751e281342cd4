package dev.ring3.litmus.cat;

import dev.ring3.litmus.LitmusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Reads the statements of a model; {@link CatExprParser} reads expressions. */
final class CatParser extends CatExprParser {
    /** A model includes libraries that include others; more than this is a circle, or a mistake. */
    private static final int INCLUDE_DEPTH_MAX = 16;

    private static final Set<String> UNSUPPORTED =
            Set.of("enum", "instructions", "default", "forall", "undefined_unless", "events", "relations");

    private final UnaryOperator<String> library;
    private final int depth;

    /** Reads included files through {@code library}, which gives the text of a name or throws. */
    CatParser(String file, String text, UnaryOperator<String> library) {
        this(file, text, library, 0);
    }

    private CatParser(String file, String text, UnaryOperator<String> library, int depth) {
        super(new CatLexer(file, text).tokens());
        this.library = library;
        this.depth = depth;
    }

    /** The model's title, as it stands before the first statement. */
    private String title = "";

    String title() {
        return title;
    }

    List<Cat.Statement> model() {
        StringBuilder words = new StringBuilder();
        while (peek().kind() == CatToken.Kind.STRING
                || (peek().isName() && !startsStatement() && !UNSUPPORTED.contains(peek().text()))) {
            CatToken word = take();
            if (word.kind() == CatToken.Kind.STRING || words.isEmpty()) {
                words.setLength(0);
                words.append(word.text());
            }
        }
        title = words.toString();
        List<Cat.Statement> statements = new ArrayList<>();
        while (peek().kind() != CatToken.Kind.END) {
            statement(statements);
        }
        return statements;
    }

    private boolean startsStatement() {
        return switch (peek().text()) {
            case "let",
                    "acyclic",
                    "irreflexive",
                    "empty",
                    "flag",
                    "show",
                    "unshow",
                    "include",
                    "with",
                    "procedure",
                    "call",
                    "if" -> true;
            default -> false;
        };
    }

    private void statement(List<Cat.Statement> into) {
        CatToken first = peek();
        if (UNSUPPORTED.contains(first.text()) && first.isName()) {
            throw CatLexer.error(first.at(), "'%s' is not understood here".formatted(first.text()));
        }
        switch (first.text()) {
            case "let" -> {
                take();
                boolean recursive = accept("rec");
                into.add(new Cat.Let(first.at(), recursive, bindings()));
                if (peek().is("when")) {
                    throw CatLexer.error(peek().at(), "'when' is not understood here");
                }
            }
            case "acyclic", "irreflexive", "empty", "flag", "~" -> into.add(axiom());
            case "show" -> show(into);
            case "unshow" -> unshow();
            case "include" -> include(into);
            case "with" -> {
                take();
                CatToken name = expectName();
                if (!name.is("co")) {
                    throw CatLexer.error(name.at(), "only 'co' can come from somewhere");
                }
                expect("from");
                expression(); // what generates it; here it always comes from the search
            }
            case "procedure" -> procedure(into);
            case "call" -> {
                take();
                CatToken name = expectName();
                into.add(new Cat.CallProcedure(name.at(), name.text(), primary()));
                skipAs();
            }
            case "if" -> ifStatement(into);
            default ->
                throw CatLexer.error(
                        first.at(), "expected a statement (let, acyclic, ...), found '%s'".formatted(first.text()));
        }
    }

    private Cat.Axiom axiom() {
        CatToken first = peek();
        boolean flag = accept("flag");
        boolean negated = accept("~");
        CatToken word = take();
        Cat.Check check = switch (word.text()) {
            case "acyclic" -> Cat.Check.ACYCLIC;
            case "irreflexive" -> Cat.Check.IRREFLEXIVE;
            case "empty" -> Cat.Check.EMPTY;
            default ->
                throw CatLexer.error(word.at(), "expected acyclic, irreflexive or empty, found '" + word.text() + "'");
        };
        Cat.Expr value = expression();
        String name = accept("as")
                ? take().text()
                : word.text() + " at line " + first.at().line();
        return new Cat.Axiom(first.at(), check, negated, flag, value, name);
    }

    private void show(List<Cat.Statement> into) {
        Cat.At at = take().at();
        List<Cat.Expr> values = new ArrayList<>();
        List<String> names = new ArrayList<>();
        do {
            CatToken start = peek();
            Cat.Expr value = expression();
            String name = accept("as") ? take().text() : start.text();
            values.add(value);
            names.add(name);
        } while (accept(","));
        into.add(new Cat.Show(at, values, names));
    }

    private void unshow() {
        do {
            take();
        } while (peek().is(",") || peek(1).is(","));
        if (peek().isName() && !startsStatement()) {
            take();
        }
    }

    private void include(List<Cat.Statement> into) {
        Cat.At at = take().at();
        CatToken name = take();
        if (name.kind() != CatToken.Kind.STRING) {
            throw CatLexer.error(name.at(), "expected the name of a file in quotes");
        }
        String file = name.text();
        boolean builtIn = file.equals("stdlib.cat") || file.equals("cross.cat") || file.startsWith("cos");
        if (!builtIn) {
            if (depth >= INCLUDE_DEPTH_MAX) {
                throw CatLexer.error(at, "more than %d files that include each other".formatted(INCLUDE_DEPTH_MAX));
            }
            String text;
            try {
                text = library.apply(file);
            } catch (IllegalArgumentException missing) {
                throw CatLexer.error(name.at(), String.valueOf(missing.getMessage()));
            }
            into.addAll(new CatParser(file, text, library, depth + 1).model());
        }
    }

    private void procedure(List<Cat.Statement> into) {
        Cat.At at = take().at();
        String name = expectName().text();
        List<String> parameters = parameters();
        expect("=");
        into.add(new Cat.Procedure(at, name, parameters, until("end")));
        expect("end");
    }

    private List<Cat.Statement> until(String... ends) {
        List<Cat.Statement> body = new ArrayList<>();
        while (Set.of(ends).stream().noneMatch(end -> peek().is(end))) {
            if (peek().kind() == CatToken.Kind.END) {
                throw CatLexer.error(peek().at(), "expected '%s'".formatted(ends[0]));
            }
            statement(body);
        }
        return body;
    }

    /** Of {@code if "variant" ... else ... end} only what holds without any variant counts. */
    private void ifStatement(List<Cat.Statement> into) {
        take();
        boolean holds = variant();
        List<Cat.Statement> then = until("else", "end");
        List<Cat.Statement> otherwise = accept("else") ? until("end") : List.of();
        expect("end");
        into.addAll(holds ? then : otherwise);
    }

    private void skipAs() {
        if (accept("as")) {
            take();
        }
    }

    static LitmusException unknown(Cat.At at, String name) {
        return CatLexer.error(at, "no '%s' is known".formatted(name));
    }
}
