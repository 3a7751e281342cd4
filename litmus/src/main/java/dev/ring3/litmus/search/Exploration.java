package dev.ring3.litmus.search;

import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.Location;
import dev.ring3.litmus.Place;
import dev.ring3.litmus.Value;
import dev.ring3.litmus.cat.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Runs a search over a test, and turns executions into final states. */
public final class Exploration {
    /** Events that a search has room for; the next is tried where one is too small. */
    private static final int[] CAPACITIES = {16, 32, 64, 128, 256};

    /** Executions with more events are not decided. */
    public static final int EVENTS_MAX = 256;

    /** One execution may stand for very many, so the time is looked at among them too. */
    private static final int CLOCK_MASK = 0xff;

    /** What is told of a final state. */
    public interface Visitor {
        /**
         * An execution that the model allows has ended.
         *
         * @param state what places hold
         * @param execution the execution itself; as threads that are the same are exchanged, several states may have one
         * @return whether the search goes on
         */
        boolean state(Function<Place, Value> state, Execution execution);

        /** What was told so far counts for nothing: the search begins anew with more room. */
        void restart();
    }

    /** How a search ended. */
    public enum End {
        /** All executions were found. */
        COMPLETE,
        /** Some were left out: a loop may turn more often than the bound. */
        LOOP,
        /** Some execution has more events than there is room for. */
        EVENTS,
        /** Time was up. */
        TIMEOUT,
        /** The visitor has seen enough. */
        ENOUGH
    }

    /**
     * How a search ended.
     *
     * @param steps how many partial executions it has looked at
     * @param fault where some execution left the memory of the test, and so has no final state
     */
    public record Summary(End end, long steps, Optional<LitmusException> fault) {}

    private final Program program;
    private final Symmetry symmetry;
    private final Model model;
    private final Visitor visitor;
    private final SearchLimits limits;
    private final boolean guessJumps;
    private boolean enough;

    /**
     * A search to be run.
     *
     * @param guessJumps whether conditional jumps are guessed, which only models need in which a write may come before a
     *     read that a jump before it depends on
     * @param turnsMax how often a loop that depends on reads may turn
     * @param deadlineNanos when to stop, in {@link System#nanoTime}
     */
    public Exploration(
            LitmusTest test,
            Reading reading,
            Model model,
            boolean guessJumps,
            int turnsMax,
            long deadlineNanos,
            Visitor visitor) {
        this.program = new Program(test, reading);
        this.symmetry = new Symmetry(program);
        this.model = model;
        this.visitor = visitor;
        this.limits = new SearchLimits(turnsMax, deadlineNanos);
        // A write of an atomic operation that returns nothing is read early by its own thread: no order holds there.
        this.guessJumps = guessJumps || program.hasUnfetched;
    }

    /**
     * Runs the search.
     *
     * @throws dev.ring3.litmus.LitmusException if an instruction has no exact meaning in some execution
     */
    public Summary run() {
        for (int capacity : CAPACITIES) {
            if (capacity < program.eventsExpected() && capacity < EVENTS_MAX) {
                continue;
            }
            visitor.restart();
            enough = false;
            Search[] self = new Search[1];
            Search search = new Search(
                    program, symmetry, model, limits, capacity, guessJumps, state -> complete(self[0], state));
            self[0] = search;
            try {
                search.run();
                return summary(search, search.wasCut() ? End.LOOP : End.COMPLETE);
            } catch (Machine.TooManyEvents _) {
                // the next has more room
            } catch (Search.Stopped _) {
                return summary(search, enough ? End.ENOUGH : End.TIMEOUT);
            }
        }
        return new Summary(End.EVENTS, 0, Optional.empty());
    }

    private static Summary summary(Search search, End end) {
        return new Summary(end, search.steps(), Optional.ofNullable(search.fault()));
    }

    private boolean complete(Search search, State state) {
        Map<Place, Value> memory = new HashMap<>();
        Execution execution = new Execution(program, model, state);
        int told = 0;
        for (int[] order : symmetry.orders()) {
            if ((++told & CLOCK_MASK) == 0 && System.nanoTime() - limits.deadlineNanos() > 0) {
                throw new Search.Stopped();
            }
            Function<Place, Value> values = place -> switch (place) {
                case Place.Register register ->
                    register.view(value(search.register(state, order[register.thread()], register.number())));
                case Place.Cell cell -> memory.computeIfAbsent(cell, _ -> cell(search, state, cell));
            };
            if (!visitor.state(values, execution)) {
                enough = true;
                return false;
            }
        }
        return true;
    }

    private Value value(Datum datum) {
        return switch (datum) {
            case Datum.Num(long bits) -> new Value.Num(bits);
            case Datum.Addr(int location, long offset) ->
                new Value.Address(program.locations.get(location).name(), offset);
            case Datum.Unusable _, Datum.ReadOf _, Datum.Result _, Datum.Low _ -> Value.zero();
        };
    }

    private Value cell(Search search, State state, Place.Cell cell) {
        Location location = cell.location();
        int bytes = program.cellBytes(location);
        if (location.isArray() && cell.index() < 0) {
            List<Value> elements = new ArrayList<>();
            for (int i = 0; i < location.length(); i++) {
                elements.add(cell(search, state, new Place.Cell(location, i)));
            }
            return new Value.Vector(elements);
        }
        int number = program.locationNumber(location);
        int offset = Math.max(0, cell.index()) * bytes;
        int read = program.reading == Reading.HERD ? Long.BYTES : location.elementBytes();
        try {
            Datum datum = search.resolver().compose(read, b -> last(state, number, offset + b), state, offset);
            return cell.view(value(datum));
        } catch (Inexact problem) { // a part of an address was overwritten
            throw search.finalError(state, last(state, number, offset), cell + " ends with " + problem.problem());
        }
    }

    /** The last write to a byte in coherence order. */
    private static int last(State state, int location, int at) {
        int last = -1;
        for (int e = Bits.next(state.writes, 0, state.w, 0); e >= 0; e = Bits.next(state.writes, 0, state.w, e + 1)) {
            if (state.covers(e, location, at) && (last < 0 || Bits.has(state.co, state.w, last, e))) {
                last = e;
            }
        }
        return last;
    }
}
