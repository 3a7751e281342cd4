package dev.ring3.litmus;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What may be said of a final state. */
public sealed interface Proposition {
    /** A place holds a value. */
    record Holds(Place place, Value value) implements Proposition {}

    /** Two places hold the same. */
    record Same(Place left, Place right) implements Proposition {}

    record Not(Proposition operand) implements Proposition {}

    /** All of them; true if there is none. */
    record And(List<Proposition> parts) implements Proposition {}

    /** One of them; false if there is none. */
    record Or(List<Proposition> parts) implements Proposition {}

    record Implies(Proposition left, Proposition right) implements Proposition {}

    /** What always holds. */
    static Proposition always() {
        return new And(List.of());
    }

    /** Whether it is so in a state. */
    default boolean test(Function<Place, Value> state) {
        return switch (this) {
            case Holds(Place place, Value value) -> state.apply(place).equals(value);
            case Same(Place left, Place right) -> state.apply(left).equals(state.apply(right));
            case Not(Proposition operand) -> !operand.test(state);
            case And(List<Proposition> parts) -> parts.stream().allMatch(part -> part.test(state));
            case Or(List<Proposition> parts) -> parts.stream().anyMatch(part -> part.test(state));
            case Implies(Proposition left, Proposition right) -> !left.test(state) || right.test(state);
        };
    }

    /** What it looks at. */
    default Set<Place> places() {
        Set<Place> places = new LinkedHashSet<>();
        addPlaces(places);
        return places;
    }

    private void addPlaces(Set<Place> places) {
        switch (this) {
            case Holds(Place place, Value _) -> places.add(place);
            case Same(Place left, Place right) -> {
                places.add(left);
                places.add(right);
            }
            case Not(Proposition operand) -> operand.addPlaces(places);
            case And(List<Proposition> parts) -> parts.forEach(part -> part.addPlaces(places));
            case Or(List<Proposition> parts) -> parts.forEach(part -> part.addPlaces(places));
            case Implies(Proposition left, Proposition right) -> {
                left.addPlaces(places);
                right.addPlaces(places);
            }
        }
    }

    /** As herd writes it. */
    default String text() {
        return text(Above.NOTHING);
    }

    /** What an operand stands under. */
    enum Above {
        NOTHING,
        AND,
        OR,
        IMPLIES
    }

    private String text(Above above) {
        return switch (this) {
            case Holds(Place place, Value value) -> place + "=" + value;
            case Same(Place left, Place right) -> left + "=" + right;
            case Not(Proposition operand) -> "not (" + operand.text(Above.NOTHING) + ")";
            case And(List<Proposition> parts) ->
                parts.isEmpty() ? "true" : in(above == Above.IMPLIES, joined(parts, " /\\ ", Above.AND));
            case Or(List<Proposition> parts) ->
                parts.isEmpty()
                        ? "false"
                        : in(above == Above.AND || above == Above.IMPLIES, joined(parts, " \\/ ", Above.OR));
            case Implies(Proposition left, Proposition right) ->
                in(
                        above == Above.AND || above == Above.OR,
                        left.text(Above.IMPLIES) + " => " + right.text(Above.IMPLIES));
        };
    }

    private static String joined(List<Proposition> parts, String operator, Above above) {
        return parts.stream().map(part -> part.text(above)).collect(Collectors.joining(operator));
    }

    private static String in(boolean parentheses, String text) {
        return parentheses ? "(" + text + ")" : text;
    }
}
