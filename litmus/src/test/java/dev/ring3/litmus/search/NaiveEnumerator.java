package dev.ring3.litmus.search;

import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.Location;
import dev.ring3.litmus.Place;
import dev.ring3.litmus.Value;
import dev.ring3.litmus.cat.Cat;
import dev.ring3.litmus.search.NaiveThread.Event;
import dev.ring3.litmus.search.NaiveThread.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * All final states of a test, by trying everything: values of reads, runs of threads, where each byte comes from, all
 * orders of writes; then the model decides. No cleverness, so that it can be believed; it shares with the search what
 * instructions compute on values, and nothing else.
 */
final class NaiveEnumerator {
    /** More candidates are not tried. */
    private static final long CANDIDATES_MAX = Long.getLong("ring3.litmus.candidates", 400_000);

    /** More executions are not put before the plain interpreter, which takes its time. */
    private static final long JUDGED_MAX = Long.getLong("ring3.litmus.judged", 4_000);

    /** The test is too large for this. */
    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What was found. */
    record Result(Set<List<Value>> states, long positive, long negative) {}

    private record ByteAt(int location, int offset) {}

    private final LitmusTest test;
    private final Program program;
    private final List<Cat.Statement> model;
    private final Map<ByteAt, Set<Object>> possible = new HashMap<>();
    private final Set<List<Value>> states = new TreeSet<>(Value::compare);
    private long positive;
    private long negative;
    private long candidates;
    private long judged;

    NaiveEnumerator(LitmusTest test, Reading reading, List<Cat.Statement> model) {
        this.test = test;
        this.program = new Program(test, reading);
        this.model = model;
    }

    Result run() {
        for (Event event : initial()) {
            note(event);
        }
        List<List<Trace>> traces = List.of();
        int rounds =
                test.threads().stream().mapToInt(thread -> thread.code().size()).sum() + 1;
        int before = -1;
        for (int i = 0; i < rounds && before != size(); i++) {
            before = size();
            traces = traces();
            traces.forEach(list -> list.forEach(trace -> trace.events().forEach(this::note)));
        }
        combine(traces, 0, new ArrayList<>());
        return new Result(states, positive, negative);
    }

    private int size() {
        return possible.values().stream().mapToInt(Set::size).sum();
    }

    private void note(Event event) {
        for (int b = 0; event.written != null && b < event.size; b++) {
            possible.computeIfAbsent(new ByteAt(event.location, event.offset + b), _ -> new LinkedHashSet<>())
                    .add(Objects.requireNonNull(NaiveThread.byteOf(event.written, b)));
        }
    }

    private List<List<Trace>> traces() {
        Map<ByteAt, Set<Object>> known = new HashMap<>();
        possible.forEach((at, bytes) -> known.put(at, new LinkedHashSet<>(bytes)));
        List<List<Trace>> all = new ArrayList<>();
        for (int t = 0; t < program.code.length; t++) {
            List<Trace> traces = new ArrayList<>();
            new NaiveThread(program, t, event -> values(event, known), trace -> {
                        traces.add(trace);
                        if (traces.size() > 20_000) {
                            throw new TooLarge();
                        }
                    })
                    .all();
            all.add(traces);
        }
        return all;
    }

    /** All values that bytes thought possible make up. */
    private List<Datum> values(Event event, Map<ByteAt, Set<Object>> known) {
        List<List<Object>> partial = new ArrayList<>(List.of(List.of()));
        for (int b = 0; b < event.size; b++) {
            List<List<Object>> longer = new ArrayList<>();
            for (List<Object> begun : partial) {
                for (Object next : known.getOrDefault(new ByteAt(event.location, event.offset + b), Set.of())) {
                    List<Object> more = new ArrayList<>(begun);
                    more.add(next);
                    longer.add(more);
                }
            }
            partial = longer;
            if (partial.size() > 4_000) {
                throw new TooLarge();
            }
        }
        List<Datum> values = new ArrayList<>();
        for (List<Object> bytes : partial) {
            Datum value = compose(bytes);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static @org.jspecify.annotations.Nullable Datum compose(List<Object> bytes) {
        long number = 0;
        for (int b = 0; b < bytes.size(); b++) {
            if (!(bytes.get(b) instanceof Integer part)) {
                Object first = ((List<?>) bytes.get(b)).getFirst();
                for (int i = 0; i < bytes.size(); i++) {
                    Object expected = i < 4 ? Arrays.asList(first, i) : (Object) 0;
                    if (!expected.equals(bytes.get(i))) {
                        return null;
                    }
                }
                return (Datum) first;
            }
            number |= (long) part << (8 * b);
        }
        return new Datum.Num(number);
    }

    private List<Event> initial() {
        List<Event> events = new ArrayList<>();
        for (int l = 0; l < program.locations.size(); l++) {
            Location location = program.locations.get(l);
            int cell = location.isArray() ? location.elementBytes() : 8;
            for (int i = 0; i < location.initial().size(); i++) {
                Event event = new Event();
                event.thread = -1;
                event.writes = true;
                event.location = l;
                event.offset = i * cell;
                event.size = cell;
                Datum value = program.datum(location.initial().get(i));
                event.written = value instanceof Datum.Num && program.reading == Reading.STANDARD
                        ? program.meaning.low(value, Math.min(cell, location.elementBytes()), false)
                        : value;
                events.add(event);
            }
        }
        return events;
    }

    private void combine(List<List<Trace>> traces, int thread, List<Trace> chosen) {
        if (thread == traces.size()) {
            new Candidate(chosen).all();
            return;
        }
        for (Trace trace : traces.get(thread)) {
            chosen.add(trace);
            combine(traces, thread + 1, chosen);
            chosen.removeLast();
        }
    }

    /** Runs of all threads, put together. */
    private final class Candidate {
        private final List<Trace> traces;
        private final List<Event> events = new ArrayList<>(initial());
        private final int[] place;
        private final int n;
        private final int[][] sources;
        private boolean[][] co;

        Candidate(List<Trace> traces) {
            this.traces = traces;
            this.place = new int[traces.size()];
            for (int t = 0; t < traces.size(); t++) {
                place[t] = events.size();
                events.addAll(traces.get(t).events());
            }
            this.n = events.size();
            this.sources = new int[n][8];
            this.co = new boolean[n][n];
        }

        void all() {
            readFrom(0, 0);
        }

        private void readFrom(int e, int b) {
            if (++candidates > CANDIDATES_MAX) {
                throw new TooLarge();
            }
            if (e == n) {
                if (isGrounded()) {
                    orders();
                }
                return;
            }
            Event event = events.get(e);
            if (!event.reads || b == event.size) {
                readFrom(e + 1, 0);
                return;
            }
            for (int source = 0; source < n; source++) {
                // An exchange does not read what it writes itself: no model needs to say so.
                if (source != e && !isPair(e, source) && gives(source, event, b) && isOneAccess(source, e, b)) {
                    sources[e][b] = source;
                    readFrom(e, b + 1);
                }
            }
        }

        private boolean covers(Event event, int location, int at) {
            return event.location == location && at >= event.offset && at < event.offset + event.size;
        }

        private boolean gives(int source, Event event, int b) {
            Event write = events.get(source);
            int at = event.offset + b;
            return write.writes
                    && covers(write, event.location, at)
                    && Objects.requireNonNull(
                                    NaiveThread.byteOf(Objects.requireNonNull(write.written), at - write.offset))
                            .equals(NaiveThread.byteOf(Objects.requireNonNull(event.read), b));
        }

        private boolean isOneAccess(int source, int e, int b) {
            Event event = events.get(e);
            for (int earlier = 0; earlier < b; earlier++) {
                int other = sources[e][earlier];
                if (other != source
                        && covers(events.get(source), event.location, event.offset + earlier)
                        && covers(events.get(other), event.location, event.offset + b)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether no value rests on itself alone. */
        private boolean isGrounded() {
            boolean[][] needs = new boolean[n][n];
            for (int e = 0; e < n; e++) {
                Event event = events.get(e);
                if (event.thread >= 0) {
                    for (int d : event.address) {
                        needs[e][place[event.thread] + d] = true;
                    }
                    for (int d : event.data) {
                        // An exchange knows what it expects, and so what it reads, from its register.
                        needs[e][place[event.thread] + d] = true;
                    }
                }
                for (int b = 0; event.reads && b < event.size; b++) {
                    Event write = events.get(sources[e][b]);
                    needs[e][sources[e][b]] |=
                            !write.reads || write.needsOwnRead || !write.address.isEmpty() || !write.data.isEmpty();
                }
            }
            for (int k = 0; k < n; k++) {
                for (int i = 0; i < n; i++) {
                    for (int j = 0; needs[i][k] && j < n; j++) {
                        needs[i][j] |= needs[k][j];
                    }
                }
            }
            for (int e = 0; e < n; e++) {
                if (needs[e][e]) {
                    return false;
                }
            }
            return true;
        }

        private void orders() {
            List<Integer> writes = new ArrayList<>();
            for (int e = 0; e < n; e++) {
                if (events.get(e).writes) {
                    writes.add(e);
                }
            }
            order(writes, 0, 0);
        }

        /** Gives each pair of overlapping writes a direction; keeps what is a coherence order. */
        private void order(List<Integer> writes, int i, int j) {
            if (i == writes.size()) {
                judge();
                return;
            }
            if (j >= i) {
                order(writes, i + 1, 0);
                return;
            }
            int a = writes.get(j);
            int b = writes.get(i);
            if (!overlap(a, b)) {
                order(writes, i, j + 1);
                return;
            }
            direct(writes, i, j, a, b);
            if (events.get(a).thread >= 0) {
                direct(writes, i, j, b, a);
            }
        }

        /** A cycle stays one whatever comes, so it is not gone on with: else there are two to the power of the pairs. */
        private void direct(List<Integer> writes, int i, int j, int first, int second) {
            if (++candidates > CANDIDATES_MAX) {
                throw new TooLarge();
            }
            co[first][second] = true;
            if (isOrder()) {
                order(writes, i, j + 1);
            }
            co[first][second] = false;
        }

        private boolean overlap(int a, int b) {
            Event x = events.get(a);
            Event y = events.get(b);
            return x.location == y.location && x.offset < y.offset + y.size && y.offset < x.offset + x.size;
        }

        private boolean isOrder() {
            boolean[][] closed = new boolean[n][];
            for (int i = 0; i < n; i++) {
                closed[i] = co[i].clone();
            }
            for (int k = 0; k < n; k++) {
                for (int i = 0; i < n; i++) {
                    for (int j = 0; closed[i][k] && j < n; j++) {
                        closed[i][j] |= closed[k][j];
                    }
                }
            }
            for (int i = 0; i < n; i++) {
                if (closed[i][i]) {
                    return false;
                }
            }
            return true;
        }

        /** Whether co, rf, fr and program order on one location make no cycle. */
        private boolean isCoherent() {
            boolean[][] path = new boolean[n][n];
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    Event x = events.get(a);
                    boolean before = a < b && x.thread >= 0 && x.thread == events.get(b).thread && !isPair(a, b);
                    path[a][b] = co[a][b]
                            || readsFrom(a, b) >= 0
                            || (a != b && isOverwritten(a, b))
                            || (before && overlap(a, b));
                }
            }
            for (int k = 0; k < n; k++) {
                for (int i = 0; i < n; i++) {
                    for (int j = 0; path[i][k] && j < n; j++) {
                        path[i][j] |= path[k][j];
                    }
                }
            }
            for (int e = 0; e < n; e++) {
                if (path[e][e]) {
                    return false;
                }
            }
            return true;
        }

        private void judge() {
            if (++candidates > CANDIDATES_MAX) {
                throw new TooLarge();
            }
            if (!isCoherent()) {
                return; // as every model says that is used here; the plain interpreter would say it more slowly
            }
            if (++judged > JUDGED_MAX) {
                throw new TooLarge();
            }
            if (!new PlainCat(n, given()).allows(model)) {
                return;
            }
            Map<Place, Value> values = new HashMap<>();
            for (Place place : test.observed()) {
                values.put(place, place.view(value(place)));
            }
            Function<Place, Value> state = place -> Objects.requireNonNull(values.get(place));
            if (test.filter().isPresent() && !test.filter().get().test(state)) {
                return;
            }
            states.add(test.displayed().stream().map(state).toList());
            if (test.condition().proposition().test(state)) {
                positive++;
            } else {
                negative++;
            }
        }

        private Value value(Place place) {
            return switch (place) {
                case Place.Register register ->
                    value(traces.get(register.thread()).registers()[register.number()]);
                case Place.Cell cell -> cell(cell);
            };
        }

        private Value value(Datum datum) {
            return switch (datum) {
                case Datum.Num(long bits) -> new Value.Num(bits);
                case Datum.Addr(int location, long offset) ->
                    new Value.Address(program.locations.get(location).name(), offset);
                case Datum other -> throw new IllegalStateException(other.toString());
            };
        }

        private Value cell(Place.Cell cell) {
            Location location = cell.location();
            if (location.isArray() && cell.index() < 0) {
                List<Value> elements = new ArrayList<>();
                for (int i = 0; i < location.length(); i++) {
                    elements.add(cell(new Place.Cell(location, i)));
                }
                return new Value.Vector(elements);
            }
            List<Object> bytes = new ArrayList<>();
            int from = Math.max(0, cell.index()) * location.elementBytes();
            int size = program.reading == Reading.HERD ? 8 : location.elementBytes();
            for (int b = 0; b < size; b++) {
                int last = -1;
                for (int e = 0; e < n; e++) {
                    if (events.get(e).writes
                            && covers(events.get(e), program.locationNumber(location), from + b)
                            && (last < 0 || co[last][e])) {
                        last = e;
                    }
                }
                Event write = events.get(last);
                bytes.add(NaiveThread.byteOf(Objects.requireNonNull(write.written), from + b - write.offset));
            }
            return value(Objects.requireNonNull(compose(bytes)));
        }

        private Map<String, PlainCat.Val> given() {
            Map<String, PlainCat.Val> given = new HashMap<>();
            set(given, "R", event -> event.reads);
            set(given, "W", event -> event.writes);
            set(given, "M", _ -> true);
            set(given, "IW", event -> event.thread < 0);
            for (String annotation : List.of("AQ", "RL", "SC", "X")) {
                set(given, annotation, event -> event.annotation.equals(annotation));
            }
            relation(given, "id", (a, b) -> a == b);
            relation(given, "loc", this::overlap);
            relation(given, "int", (a, b) -> events.get(a).thread >= 0 && events.get(a).thread == events.get(b).thread);
            relation(given, "ext", (a, b) -> events.get(a).thread != events.get(b).thread);
            relation(
                    given,
                    "po",
                    (a, b) -> events.get(a).thread >= 0
                            && events.get(a).thread == events.get(b).thread
                            && a < b
                            && !isPair(a, b));
            relation(given, "amo", this::isPair);
            relation(given, "addr", (a, b) -> depends(events.get(b).address, a, b));
            relation(given, "data", (a, b) -> depends(events.get(b).data, a, b));
            relation(given, "ctrl", (a, b) -> depends(events.get(b).control, a, b));
            relation(given, "co", (a, b) -> co[a][b]);
            relation(given, "rf", (a, b) -> readsFrom(a, b) >= 0);
            relation(given, "fr", (a, b) -> a != b && isOverwritten(a, b));
            return given;
        }

        private boolean isPair(int a, int b) {
            Event later = events.get(b);
            return later.thread >= 0 && later.pairOf >= 0 && place[later.thread] + later.pairOf == a;
        }

        private boolean depends(Set<Integer> on, int a, int b) {
            int thread = events.get(b).thread;
            return thread >= 0 && events.get(a).thread == thread && on.contains(a - place[thread]);
        }

        private int readsFrom(int write, int e) {
            Event event = events.get(e);
            for (int b = 0; event.reads && b < event.size; b++) {
                if (sources[e][b] == write) {
                    return b;
                }
            }
            return -1;
        }

        private boolean isOverwritten(int e, int write) {
            Event event = events.get(e);
            for (int b = 0; event.reads && b < event.size; b++) {
                if (co[sources[e][b]][write] && covers(events.get(write), event.location, event.offset + b)) {
                    return true;
                }
            }
            return false;
        }

        private void set(Map<String, PlainCat.Val> given, String name, Function<Event, Boolean> member) {
            boolean[] set = new boolean[n];
            for (int e = 0; e < n; e++) {
                set[e] = member.apply(events.get(e));
            }
            given.put(name, PlainCat.Val.of(set));
        }

        private interface Pair {
            boolean holds(int a, int b);
        }

        private void relation(Map<String, PlainCat.Val> given, String name, Pair pair) {
            boolean[][] relation = new boolean[n][n];
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    relation[a][b] = pair.holds(a, b);
                }
            }
            given.put(name, PlainCat.Val.of(relation));
        }
    }
}
