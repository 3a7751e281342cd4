package dev.ring3.litmus;

import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.StateTokens.Token;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the initial state, between braces: registers, locations, arrays, pointers. */
final class InitReader {
    /** Arrays of more elements are refused. */
    private static final int ELEMENTS_MAX = 64;

    /** Tests with more locations are refused. */
    private static final int LOCATIONS_MAX = 64;

    /** A register of a thread, by its number in the test. */
    record RegisterName(int processor, int number) {}

    /** What is known of a location while the test is read. */
    private record Draft(@Nullable ValueType type, int length, List<Value> initial) {}

    /** What a value is that may name a location, which might be declared later. */
    private record Reference(Token token, String name, int index) {}

    private final StateTokens tokens;
    private final Reading reading;
    private final Map<String, Draft> drafts = new TreeMap<>();
    private final Map<RegisterName, Value> registers = new HashMap<>();
    private final Map<RegisterName, ValueType> registerTypes = new HashMap<>();
    private final List<Runnable> later = new ArrayList<>();

    InitReader(StateTokens tokens, Reading reading) {
        this.tokens = tokens;
        this.reading = reading;
    }

    Map<RegisterName, Value> registers() {
        return registers;
    }

    @Nullable
    ValueType typeOf(RegisterName register) {
        return registerTypes.get(register);
    }

    Iterable<String> locationNames() {
        return List.copyOf(drafts.keySet());
    }

    void read() {
        while (!tokens.atEnd()) {
            if (!tokens.accept(";")) {
                item();
                if (!tokens.atEnd()) {
                    tokens.expect(";");
                }
            }
        }
        later.forEach(Runnable::run);
    }

    private void item() {
        Token start = tokens.peek();
        StringBuilder type = new StringBuilder();
        while (tokens.peek().isName() && continuesType()) {
            type.append(type.isEmpty() ? "" : " ").append(tokens.take().text());
        }
        boolean pointer = tokens.accept("*");
        ValueType valueType =
                pointer ? ValueType.POINTER : type.isEmpty() ? null : ValueType.of(type.toString(), reading);
        if (!type.isEmpty() && valueType == null) {
            throw tokens.error(start, "no type '%s' is known".formatted(type));
        }
        RegisterName register = registerAhead();
        if (register != null) {
            register(register, valueType);
            return;
        }
        boolean brackets = tokens.accept("[");
        Token name = tokens.expectName();
        if (brackets) {
            tokens.expect("]");
        }
        if (!brackets && tokens.at("[")) {
            array(name, valueType);
        } else {
            List<Value> initial = new ArrayList<>(List.of(Value.zero()));
            declare(name, new Draft(valueType, 0, initial));
            if (tokens.accept("=")) {
                value(0, initial);
            }
        }
    }

    /** A word is one of a type if a name, a star or a register follows. */
    private boolean continuesType() {
        Token next = tokens.peek(1);
        if (isProcessor(tokens.peek()) && next.text().equals(":")) {
            return false;
        }
        return next.isName()
                || next.isNumber()
                || next.text().equals("*")
                || (next.text().equals("[") && tokens.peek(2).isName());
    }

    private static boolean isProcessor(Token token) {
        return token.text().matches("P[0-9]+");
    }

    /** {@code 0:r1} or {@code P0:r1}. */
    private @Nullable RegisterName registerAhead() {
        return registerAhead(tokens);
    }

    static @Nullable RegisterName registerAhead(StateTokens tokens) {
        Token first = tokens.peek();
        if (!tokens.peek(1).text().equals(":") || !(first.isNumber() || isProcessor(first))) {
            return null;
        }
        String digits = first.text().startsWith("P") ? first.text().substring(1) : first.text();
        tokens.take();
        tokens.take();
        Token name = tokens.take();
        int number = registerNumber(name.text());
        if (number < 0) {
            throw tokens.error(name, "expected a register, r0 to r10 or fp, found '%s'".formatted(name.text()));
        }
        try {
            return new RegisterName(Integer.parseInt(digits), number);
        } catch (NumberFormatException notANumber) {
            throw tokens.error(first, "'%s' is no number of a thread".formatted(first.text()));
        }
    }

    /** The number of a register, or -1. */
    static int registerNumber(String name) {
        if (name.equals("fp") || name.equals("FP")) {
            return 10;
        }
        return name.matches("[rR]([0-9]|10)") ? Integer.parseInt(name.substring(1)) : -1;
    }

    private void register(RegisterName register, @Nullable ValueType type) {
        Token at = tokens.peek();
        if (registers.containsKey(register)) {
            throw tokens.error(at, "%d:r%d is set twice".formatted(register.processor(), register.number()));
        }
        if (type != null) {
            registerTypes.put(register, type);
        }
        registers.put(register, Value.zero());
        if (tokens.accept("=")) {
            List<Value> cell = new ArrayList<>(List.of(Value.zero()));
            value(0, cell);
            later.add(() -> registers.put(register, cell.getFirst()));
        }
    }

    private void array(Token name, @Nullable ValueType type) {
        tokens.expect("[");
        Token at = tokens.peek();
        long length = tokens.number();
        tokens.expect("]");
        if (type == null) {
            throw tokens.error(name, "an array needs the type of its elements");
        }
        if (length < 1 || length > ELEMENTS_MAX) {
            throw tokens.error(at, "an array has 1 to %d elements".formatted(ELEMENTS_MAX));
        }
        List<Value> initial = new ArrayList<>(Collections.nCopies((int) length, Value.zero()));
        declare(name, new Draft(type, (int) length, initial));
        if (!tokens.accept("=")) {
            return;
        }
        tokens.expect("{");
        int given = 0;
        do {
            if (given >= length) {
                throw tokens.error(tokens.peek(), "more than the %d elements of the array".formatted(length));
            }
            value(given++, initial);
        } while (tokens.accept(","));
        if (given != length) {
            throw tokens.unexpected("%d more elements".formatted(length - given));
        }
        tokens.expect("}");
    }

    private void declare(Token name, Draft draft) {
        if (drafts.put(name.text(), draft) != null) {
            throw tokens.error(name, "'%s' is set twice".formatted(name.text()));
        }
        requireFewLocations(name);
    }

    private void requireFewLocations(Token at) {
        if (drafts.size() > LOCATIONS_MAX) {
            throw tokens.error(at, "the test has more than %d locations".formatted(LOCATIONS_MAX));
        }
    }

    /** Reads a value into a place of a list; a name of a location once all are known. */
    private void value(int index, List<Value> into) {
        boolean address = tokens.accept("&");
        if (!address && tokens.peek().isNumber()) {
            into.set(index, new Value.Num(tokens.number()));
            return;
        }
        Token name = tokens.expectName();
        if (name.text().equals("ATOMIC_INIT") && tokens.accept("(")) {
            value(index, into);
            tokens.expect(")");
            return;
        }
        int element = 0;
        if (tokens.accept("[")) {
            element = (int) tokens.number();
            tokens.expect("]");
        }
        Reference reference = new Reference(name, name.text(), element);
        later.add(() -> into.set(index, resolve(reference)));
    }

    private Value resolve(Reference reference) {
        Draft draft = mention(reference.token());
        if (reference.index() != 0 && (reference.index() < 0 || reference.index() >= draft.length())) {
            throw tokens.error(
                    reference.token(), "'%s' has no element %d".formatted(reference.name(), reference.index()));
        }
        ValueType type = draft.type();
        return new Value.Address(reference.name(), (long) reference.index() * (type == null ? 1 : type.bytes()));
    }

    /** What is known of a location that is named anywhere; it comes into being there, with zero in it. */
    private Draft mention(Token name) {
        Draft draft =
                drafts.computeIfAbsent(name.text(), _ -> new Draft(null, 0, new ArrayList<>(List.of(Value.zero()))));
        requireFewLocations(name);
        return draft;
    }

    /** A location that a condition names. */
    void mentionInCondition(Token name) {
        mention(name);
    }

    /** A finished location; {@code accessBytes} is the widest access to it, if the test gives it no type. */
    Location finish(String name, int accessBytes) {
        Draft draft = drafts.get(name);
        if (draft == null) {
            throw new IllegalStateException("no location " + name);
        }
        ValueType type = draft.type();
        boolean known = type != null;
        boolean holdsAddress = draft.initial().stream().anyMatch(value -> value instanceof Value.Address);
        int bytes = holdsAddress ? ValueType.POINTER.bytes() : accessBytes;
        ValueType shown = type != null ? type : new ValueType(bytes, true);
        return new Location(name, shown.bytes(), shown.signed(), draft.length(), known, draft.initial());
    }
}
