package dev.ring3.litmus;

import dev.ring3.bpf.insn.Register;
import dev.ring3.litmus.LitmusTest.Line;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.LitmusTest.TestThread;
import dev.ring3.litmus.StateTokens.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads litmus tests in the public format, for BPF. */
public final class LitmusParser {
    private final TestText text;
    private final Reading reading;
    private final Map<String, Location> locations = new TreeMap<>();
    private final Map<String, String> information = new LinkedHashMap<>();

    private LitmusParser(String source, Reading reading) {
        this.text = new TestText(source);
        this.reading = reading;
    }

    /**
     * Reads a test.
     *
     * @throws LitmusException with line and column, if it is no test, is larger than the limits, or holds what cannot be
     *     treated exactly
     */
    public static LitmusTest parse(String source, Reading reading) {
        return new LitmusParser(source, reading).test();
    }

    private LitmusTest test() {
        String name = header();
        int open = text.position();
        int close = text.indexOf('}', open);
        int nested = text.indexOf('{', open + 1);
        while (nested >= 0 && close >= 0 && nested < close) { // an array's elements
            nested = text.indexOf('{', close + 1);
            close = text.indexOf('}', close + 1);
        }
        if (close < 0) {
            throw text.errorAt(open, "an initial state without its '}'");
        }
        InitReader init = new InitReader(new StateTokens(text, open + 1, close), reading);
        init.read();
        text.moveTo(close + 1);
        CodeReader code = new CodeReader(text, reading);
        code.readTable();
        List<TestThread> threads = threads(init, code);
        StateTokens rest = new StateTokens(text, text.position(), text.length());
        for (String location : init.locationNames()) {
            locations.put(location, init.finish(location, accessBytes(location, threads)));
        }
        ConditionReader conditions = new ConditionReader(
                rest, token -> location(token, init), registerName -> register(registerName, init, code.processors()));
        List<Place> displayed = conditions.displayed();
        Proposition filter = conditions.filter();
        LitmusTest.Condition condition = conditions.condition();
        Set<Place> places = new TreeSet<>();
        places.addAll(displayed);
        places.addAll(condition.proposition().places());
        return new LitmusTest(
                name, locations, threads, condition, Optional.ofNullable(filter), List.copyOf(places), information);
    }

    /** The first line, a description in quotes, and lines {@code Key=Value}; leaves off at the brace. */
    private String header() {
        text.skipBlanks();
        int start = text.position();
        String first = text.restOfLine();
        String[] words = first.split("\\s+", 2);
        if (!words[0].equals("BPF")) {
            throw text.errorAt(start, "expected 'BPF' and a name, found '%s'".formatted(words[0]));
        }
        if (words.length < 2 || words[1].contains("{")) {
            throw text.errorAt(start, "a test needs a name");
        }
        while (true) {
            text.skipBlanks();
            int at = text.position();
            char c = text.charAt(at);
            if (c == '{') {
                return words[1];
            }
            if (c == '"') {
                int end = text.indexOf('"', at + 1);
                if (end < 0) {
                    throw text.errorAt(at, "a description without its end");
                }
                text.moveTo(end + 1);
                continue;
            }
            String line = text.restOfLine();
            int equals = line.indexOf('=');
            if (at >= text.length() || equals < 1) {
                throw text.errorAt(at, "expected the initial state, '{'");
            }
            information.put(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip());
        }
    }

    private List<TestThread> threads(InitReader init, CodeReader code) {
        List<TestThread> threads = new ArrayList<>();
        for (int i = 0; i < code.processors().size(); i++) {
            int processor = code.processors().get(i);
            Map<Integer, Value> initial = new HashMap<>();
            init.registers().forEach((name, value) -> {
                if (name.processor() == processor) {
                    initial.put(name.number(), value);
                }
            });
            threads.add(new TestThread(processor, initial, code.thread(i)));
        }
        for (InitReader.RegisterName name : init.registers().keySet()) {
            if (!code.processors().contains(name.processor())) {
                throw text.errorAt(
                        text.position(),
                        "the initial state sets a register of P%d, which is no thread".formatted(name.processor()));
            }
        }
        return threads;
    }

    private Location location(Token name, InitReader init) {
        return locations.computeIfAbsent(name.text(), missing -> {
            init.mentionInCondition(name);
            return init.finish(missing, ValueType.INT.bytes());
        });
    }

    private Place.@Nullable Register register(InitReader.RegisterName name, InitReader init, List<Integer> processors) {
        int thread = processors.indexOf(name.processor());
        if (thread < 0) {
            return null;
        }
        ValueType type = init.typeOf(name);
        ValueType view =
                type != null ? type : reading == Reading.HERD ? ValueType.INT : new ValueType(Long.BYTES, true);
        return new Place.Register(thread, name.processor(), name.number(), view.bytes(), view.signed());
    }

    /**
     * The widest access that may be to a location: through a register that held its address in the beginning and is never
     * written, or through one of which that cannot be said. Four bytes if there is none.
     */
    private int accessBytes(String location, List<TestThread> threads) {
        if (reading == Reading.HERD) {
            return ValueType.INT.bytes();
        }
        int widest = 0;
        for (TestThread thread : threads) {
            for (Line line : thread.code()) {
                Register base = Accesses.base(line.insn());
                if (base == null) {
                    continue;
                }
                Value held = constant(thread, base);
                boolean other = held instanceof Value.Address(String name, long _) && !name.equals(location);
                if (!other) {
                    widest = Math.max(widest, Accesses.bytes(line.insn()));
                }
            }
        }
        return widest == 0 ? ValueType.INT.bytes() : widest;
    }

    /** What a register holds all the time, or null if it is written. */
    private static @Nullable Value constant(TestThread thread, Register register) {
        return thread.code().stream().anyMatch(line -> Accesses.writes(line.insn(), register))
                ? null
                : thread.initial().getOrDefault(register.number(), Value.zero());
    }
}
