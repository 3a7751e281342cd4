package dev.ring3.litmus;

import dev.ring3.litmus.LitmusTest.Quantifier;
import dev.ring3.litmus.StateTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what follows the code: {@code locations}, {@code filter}, and the condition. {@code not} binds tightest, then
 * {@code =>}, then {@code /\}, then {@code \/}, as in herd's grammar.
 */
final class ConditionReader {
    /** Deeper nesting is refused, so that no input exhausts the stack. */
    private static final int NESTING_MAX = 500;

    private final StateTokens tokens;
    private final Function<Token, Location> locations;
    private final Function<InitReader.RegisterName, Place.@Nullable Register> registers;
    private int nesting;

    ConditionReader(
            StateTokens tokens,
            Function<Token, Location> locations,
            Function<InitReader.RegisterName, Place.@Nullable Register> registers) {
        this.tokens = tokens;
        this.locations = locations;
        this.registers = registers;
    }

    /** {@code locations [x; 0:r1;]}; nothing if it is not there. */
    List<Place> displayed() {
        List<Place> places = new ArrayList<>();
        if (!tokens.accept("locations")) {
            return places;
        }
        tokens.expect("[");
        while (!tokens.accept("]")) {
            if (tokens.accept(";")) {
                continue;
            }
            places.add(place());
            while (tokens.peek().isName() || tokens.at("*")) {
                tokens.take(); // how it is to be printed, which the initial state says
            }
            if (!tokens.at("]")) {
                tokens.expect(";");
            }
        }
        return places;
    }

    @Nullable
    Proposition filter() {
        return tokens.accept("filter") ? proposition() : null;
    }

    LitmusTest.Condition condition() {
        if (tokens.atEnd()) {
            return new LitmusTest.Condition(Quantifier.FORALL, Proposition.always());
        }
        Quantifier quantifier = quantifier();
        LitmusTest.Condition condition = new LitmusTest.Condition(quantifier, proposition());
        tokens.accept(";");
        if (tokens.accept("with")) { // what other models say
            while (!tokens.atEnd()) {
                tokens.take();
            }
        }
        if (!tokens.atEnd()) {
            throw tokens.unexpected("the end");
        }
        return condition;
    }

    private Quantifier quantifier() {
        if (tokens.at("(")) {
            return Quantifier.EXISTS;
        }
        boolean negated = tokens.accept("~") || tokens.accept("not");
        if (tokens.accept("exists") || (!negated && tokens.accept("final"))) {
            return negated ? Quantifier.NOT_EXISTS : Quantifier.EXISTS;
        }
        if (!negated && tokens.accept("forall")) {
            return Quantifier.FORALL;
        }
        throw tokens.unexpected("exists, ~exists or forall");
    }

    private Proposition proposition() {
        if (++nesting > NESTING_MAX) {
            throw tokens.error(tokens.peek(), "more than %d propositions in each other".formatted(NESTING_MAX));
        }
        List<Proposition> parts = new ArrayList<>();
        do {
            parts.add(conjunction());
        } while (tokens.accept("\\/"));
        nesting--;
        return parts.size() == 1 ? parts.getFirst() : new Proposition.Or(parts);
    }

    private Proposition conjunction() {
        List<Proposition> parts = new ArrayList<>();
        do {
            parts.add(implication());
        } while (tokens.accept("/\\"));
        return parts.size() == 1 ? parts.getFirst() : new Proposition.And(parts);
    }

    private Proposition implication() {
        List<Proposition> parts = new ArrayList<>(List.of(negation()));
        while (tokens.accept("=>")) {
            parts.add(negation());
        }
        Proposition result = parts.getLast();
        for (int i = parts.size() - 2; i >= 0; i--) {
            result = new Proposition.Implies(parts.get(i), result);
        }
        return result;
    }

    private Proposition negation() {
        int negations = 0;
        while (tokens.accept("not") || tokens.accept("~")) {
            negations++;
        }
        Proposition operand = primary();
        for (int i = 0; i < negations; i++) {
            operand = new Proposition.Not(operand);
        }
        return operand;
    }

    private Proposition primary() {
        if (tokens.accept("(")) {
            Proposition inner = proposition();
            tokens.expect(")");
            return inner;
        }
        boolean named = tokens.peek(1).text().matches("=|==|!=|<>|\\[|:");
        if (!named && tokens.accept("true")) {
            return Proposition.always();
        }
        if (!named && tokens.accept("false")) {
            return new Proposition.Or(List.of());
        }
        return atom();
    }

    private Proposition atom() {
        Place left = place();
        boolean different = tokens.accept("!=") || tokens.accept("<>");
        if (!different && !tokens.accept("=") && !tokens.accept("==")) {
            throw tokens.unexpected("'=' or '!='");
        }
        Proposition equal = right(left);
        return different ? new Proposition.Not(equal) : equal;
    }

    private Proposition right(Place left) {
        Token first = tokens.peek();
        if (tokens.at("{")) {
            return new Proposition.Holds(left, left.view(vector(left, first)));
        }
        if (isWhole(left)) {
            throw tokens.unexpected("the elements of the array, {...}");
        }
        InitReader.RegisterName register = InitReader.registerAhead(tokens);
        if (register != null) {
            return new Proposition.Same(left, register(register, first));
        }
        if (tokens.at("[") || tokens.at("*")) {
            return new Proposition.Same(left, place());
        }
        return new Proposition.Holds(left, left.view(value()));
    }

    private static boolean isWhole(Place place) {
        return place instanceof Place.Cell(Location location, int index) && location.isArray() && index < 0;
    }

    private Value vector(Place left, Token at) {
        tokens.expect("{");
        List<Value> elements = new ArrayList<>();
        do {
            elements.add(value());
        } while (tokens.accept(","));
        tokens.expect("}");
        if (!(left instanceof Place.Cell cell)
                || !isWhole(left)
                || cell.location().length() != elements.size()) {
            throw tokens.error(at, "what stands left is no array of %d elements".formatted(elements.size()));
        }
        return new Value.Vector(elements);
    }

    private Value value() {
        boolean address = tokens.accept("&");
        if (!address && tokens.peek().isNumber()) {
            return new Value.Num(tokens.number());
        }
        Token name = tokens.expectName();
        Location location = locations.apply(name);
        int index = tokens.at("[") ? index(location) : 0;
        return new Value.Address(location.name(), (long) index * location.elementBytes());
    }

    private int index(Location location) {
        tokens.expect("[");
        Token at = tokens.peek();
        long index = tokens.number();
        tokens.expect("]");
        if (index < 0 || index >= Math.max(1, location.length())) {
            throw tokens.error(at, "'%s' has no element %d".formatted(location.name(), index));
        }
        return (int) index;
    }

    private Place register(InitReader.RegisterName name, Token at) {
        Place.Register register = registers.apply(name);
        if (register == null) {
            throw tokens.error(at, "there is no thread P%d".formatted(name.processor()));
        }
        return register;
    }

    /** {@code 0:r1}, {@code x}, {@code [x]}, {@code *x} or {@code x[1]}. */
    private Place place() {
        Token first = tokens.peek();
        InitReader.RegisterName register = InitReader.registerAhead(tokens);
        if (register != null) {
            return register(register, first);
        }
        if (tokens.accept("[")) {
            Location location = locations.apply(tokens.expectName());
            tokens.expect("]");
            return new Place.Cell(location, -1);
        }
        tokens.accept("*");
        Location location = locations.apply(tokens.expectName());
        if (!tokens.at("[")) {
            return new Place.Cell(location, -1);
        }
        if (!location.isArray()) {
            throw tokens.error(first, "'%s' is no array".formatted(location.name()));
        }
        return new Place.Cell(location, index(location));
    }
}
