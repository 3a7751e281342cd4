package dev.ring3.litmus.cat;

import dev.ring3.litmus.LitmusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads expressions. From the loosest operator to the tightest: {@code |} and {@code ++} and {@code ;} to the right,
 * {@code \} to the left, {@code &} to the right, then {@code ~} before and {@code * + ? ^-1} behind an operand, and
 * {@code *} between two sets.
 */
class CatExprParser {
    /** Deeper nesting is refused, so that no input exhausts the stack. */
    private static final int NESTING_MAX = 200;

    private static final Set<String> KEYWORDS = Set.of(
            "let",
            "rec",
            "and",
            "in",
            "fun",
            "as",
            "acyclic",
            "irreflexive",
            "empty",
            "flag",
            "show",
            "unshow",
            "include",
            "with",
            "from",
            "try",
            "match",
            "end",
            "if",
            "then",
            "else",
            "procedure",
            "call",
            "not",
            "instructions",
            "enum",
            "forall",
            "do",
            "when");

    private final List<CatToken> tokens;
    private int at;
    private int nesting;

    CatExprParser(List<CatToken> tokens) {
        this.tokens = tokens;
    }

    final CatToken peek() {
        return peek(0);
    }

    final CatToken peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    final CatToken take() {
        CatToken token = peek();
        at++;
        return token;
    }

    final boolean accept(String text) {
        if (peek().is(text)) {
            at++;
            return true;
        }
        return false;
    }

    final void expect(String text) {
        if (!accept(text)) {
            throw expected("'" + text + "'");
        }
    }

    final CatToken expectName() {
        if (!peek().isName() || KEYWORDS.contains(peek().text())) {
            throw expected("a name");
        }
        return take();
    }

    private LitmusException expected(String what) {
        return CatLexer.error(peek().at(), "expected %s, found '%s'".formatted(what, peek().text()));
    }

    final List<Cat.Binding> bindings() {
        List<Cat.Binding> bindings = new ArrayList<>();
        do {
            CatToken name = expectName();
            List<String> parameters = peek().is("=") ? null : parameters();
            expect("=");
            bindings.add(new Cat.Binding(name.at(), name.text(), parameters, expression()));
        } while (accept("and"));
        return bindings;
    }

    final List<String> parameters() {
        List<String> names = new ArrayList<>();
        if (!accept("(")) {
            names.add(expectName().text());
            return names;
        }
        if (!accept(")")) {
            do {
                names.add(expectName().text());
            } while (accept(","));
            expect(")");
        }
        return names;
    }

    /** Whether a condition on variants holds where there is none. */
    final boolean variant() {
        boolean negated = accept("not");
        boolean parenthesised = accept("(");
        if (parenthesised) {
            boolean inner = variant();
            expect(")");
            return connect(inner != negated);
        }
        if (take().kind() != CatToken.Kind.STRING) {
            throw CatLexer.error(peek().at(), "expected the name of a variant in quotes");
        }
        return connect(negated);
    }

    private boolean connect(boolean left) {
        if (accept("&&")) {
            boolean right = variant();
            return left && right;
        }
        if (accept("||")) {
            boolean right = variant();
            return left || right;
        }
        return left;
    }

    final Cat.Expr expression() {
        if (++nesting > NESTING_MAX) {
            throw CatLexer.error(peek().at(), "more than %d expressions in each other".formatted(NESTING_MAX));
        }
        accept("|"); // a leading bar, as before the first of several lines
        Cat.Expr result = structured();
        nesting--;
        return result;
    }

    private Cat.Expr structured() {
        Cat.At start = peek().at();
        return switch (peek().text()) {
            case "let" -> {
                take();
                boolean recursive = accept("rec");
                List<Cat.Binding> bindings = bindings();
                expect("in");
                yield new Cat.LetIn(start, recursive, bindings, expression());
            }
            case "fun" -> {
                take();
                List<String> parameters = parameters();
                expect("->");
                yield new Cat.Lambda(start, parameters, expression());
            }
            case "try" -> {
                take();
                Cat.Expr first = expression();
                expect("with");
                yield new Cat.Try(start, first, expression());
            }
            case "if" -> {
                take();
                boolean holds = variant();
                expect("then");
                Cat.Expr then = expression();
                expect("else");
                Cat.Expr otherwise = expression();
                yield holds ? then : otherwise;
            }
            case "match" -> throw CatLexer.error(start, "'match' is not understood here");
            default -> union();
        };
    }

    private Cat.Expr union() {
        List<Cat.Expr> parts = new ArrayList<>(List.of(sequence()));
        List<Cat.At> operators = new ArrayList<>();
        while (peek().is("|") || peek().is("++")) {
            operators.add(take().at());
            parts.add(sequence());
        }
        return toTheRight(Cat.Infix.UNION, parts, operators);
    }

    private Cat.Expr sequence() {
        List<Cat.Expr> parts = new ArrayList<>(List.of(difference()));
        List<Cat.At> operators = new ArrayList<>();
        while (peek().is(";")) {
            operators.add(take().at());
            parts.add(difference());
        }
        return toTheRight(Cat.Infix.SEQUENCE, parts, operators);
    }

    private Cat.Expr difference() {
        Cat.Expr left = intersection();
        while (peek().is("\\")) {
            Cat.At operator = take().at();
            left = new Cat.Binary(operator, Cat.Infix.DIFFERENCE, left, intersection());
        }
        return left;
    }

    private Cat.Expr intersection() {
        List<Cat.Expr> parts = new ArrayList<>(List.of(prefixed()));
        List<Cat.At> operators = new ArrayList<>();
        while (peek().is("&")) {
            operators.add(take().at());
            parts.add(prefixed());
        }
        return toTheRight(Cat.Infix.INTERSECTION, parts, operators);
    }

    private static Cat.Expr toTheRight(Cat.Infix op, List<Cat.Expr> parts, List<Cat.At> operators) {
        Cat.Expr result = parts.getLast();
        for (int i = parts.size() - 2; i >= 0; i--) {
            result = new Cat.Binary(operators.get(i), op, parts.get(i), result);
        }
        return result;
    }

    private Cat.Expr prefixed() {
        int complements = 0;
        Cat.At start = peek().at();
        while (accept("~")) {
            complements++;
        }
        Cat.Expr operand = postfixed();
        return complements % 2 == 0 ? operand : new Cat.Apply1(start, Cat.Unary.COMPLEMENT, operand);
    }

    private Cat.Expr postfixed() {
        Cat.Expr operand = applied();
        while (true) {
            CatToken operator = peek();
            if (operator.is("*") && startsOperand(peek(1), peek(2))) {
                take();
                operand = new Cat.Binary(operator.at(), Cat.Infix.PRODUCT, operand, applied());
                continue;
            }
            Cat.Unary unary = unary(operator);
            if (unary == null) {
                return operand;
            }
            take();
            operand = new Cat.Apply1(operator.at(), unary, operand);
        }
    }

    private static Cat.@Nullable Unary unary(CatToken token) {
        return token.kind() != CatToken.Kind.SYMBOL
                ? null
                : switch (token.text()) {
                    case "*" -> Cat.Unary.REFLEXIVE_CLOSURE;
                    case "+" -> Cat.Unary.CLOSURE;
                    case "?" -> Cat.Unary.OPTIONAL;
                    case "^-1" -> Cat.Unary.INVERSE;
                    default -> null;
                };
    }

    private static boolean startsOperand(CatToken token, CatToken after) {
        return switch (token.kind()) {
            case NAME -> !KEYWORDS.contains(token.text());
            case SYMBOL ->
                token.is("(")
                        || token.is("[")
                        || token.is("{")
                        || token.is("_")
                        || token.is("0")
                        || (token.is("~") && !after.is("empty") && !after.is("acyclic") && !after.is("irreflexive"));
            case STRING, END -> false;
        };
    }

    private Cat.Expr applied() {
        Cat.Expr result = peek().is("~") ? prefixed() : primary();
        while (result instanceof Cat.Name && startsOperand(peek(), peek(1)) && !peek().is("~")) {
            result = new Cat.Call(peek().at(), result, primary());
        }
        return result;
    }

    final Cat.Expr primary() {
        CatToken token = peek();
        if (token.isName() && !KEYWORDS.contains(token.text())) {
            take();
            return new Cat.Name(token.at(), token.text());
        }
        if (accept("0")) {
            return new Cat.Nothing(token.at());
        }
        if (accept("_")) {
            return new Cat.Everything(token.at());
        }
        if (accept("{")) {
            return braces(token);
        }
        if (accept("[")) {
            Cat.Expr set = expression();
            expect("]");
            return new Cat.Identity(token.at(), set);
        }
        if (accept("(")) {
            return parenthesised(token);
        }
        throw expected("an expression");
    }

    private Cat.Expr braces(CatToken open) {
        if (accept("}")) {
            return new Cat.Nothing(open.at());
        }
        throw CatLexer.error(open.at(), "sets of named elements are not understood here");
    }

    private Cat.Expr parenthesised(CatToken open) {
        List<Cat.Expr> parts = new ArrayList<>();
        if (!accept(")")) {
            do {
                parts.add(expression());
            } while (accept(","));
            expect(")");
        }
        return parts.size() == 1 ? parts.getFirst() : new Cat.Tuple(open.at(), parts);
    }
}
