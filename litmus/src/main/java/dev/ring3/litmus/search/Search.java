package dev.ring3.litmus.search;

import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.Location;
import dev.ring3.litmus.cat.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All executions of a test that a model allows, each once.
 *
 * <p>An execution grows by choices. Between two choices everything that follows is done ({@link #settle}): threads run on
 * ({@link Machine}), terms become values ({@link Resolver}), coherence and from-reads are derived ({@link Deduction}), and
 * those of the model's axioms that nothing added later can mend are checked ({@link Evaluator}); where one is violated,
 * the branch ends. The choices, in this order:
 *
 * <ol>
 *   <li>Which write a read takes its value from, of those that exist; if a write may yet come, also "none of these": the
 *       read then waits. Reads that a stopped thread waits for come first, then that with the fewest possibilities.
 *   <li>How a comparison goes whose reads all wait for writes to come: a guess, to be proved later. A compare-exchange
 *       orders nothing if it fails, so that what stands behind it may come first; a jump orders all writes behind it in
 *       every sensible model, and guesses are made only where that has not been shown ({@link #guessJumps}).
 *   <li>Which of two overlapping writes comes first in coherence order.
 * </ol>
 *
 * Of one thread.
 */
final class Search {
    /** What is told of each execution that the model allows, and whether the search goes on. */
    interface Visitor {
        boolean complete(State execution);
    }

    /** Why a search ended early. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super(null, null, false, false);
        }
    }

    private static final int CLOCK_MASK = 0x3f;

    private final Program program;
    private final Symmetry symmetry;
    private final Machine machine;
    private final Resolver resolver;
    private final Deduction deduction;
    private final Evaluator evaluator;
    private final boolean guessJumps;
    private final long deadlineNanos;
    private final int w;
    private final int capacity;
    private final Model.Axiom[] early;
    private final Model.Axiom[] late;
    private final Visitor visitor;
    private final Candidates candidates;

    private long steps;
    private boolean cut;
    private @Nullable LitmusException fault;

    Search(
            Program program,
            Symmetry symmetry,
            Model model,
            SearchLimits limits,
            int capacity,
            boolean guessJumps,
            Visitor visitor) {
        this.program = program;
        this.symmetry = symmetry;
        this.w = (capacity + Long.SIZE - 1) / Long.SIZE;
        this.capacity = capacity;
        this.machine = new Machine(program, limits.turnsMax(), w);
        this.resolver = new Resolver(program);
        this.deduction = new Deduction(model, w);
        State start = start();
        this.evaluator = new Evaluator(model, w, capacity, start);
        // What deduction refuses need not be asked again.
        this.early = model.axioms().stream()
                .filter(axiom -> model.isStable(axiom) && !model.isLocationOrder(axiom))
                .toArray(Model.Axiom[]::new);
        this.late =
                model.axioms().stream().filter(axiom -> !model.isStable(axiom)).toArray(Model.Axiom[]::new);
        this.guessJumps = guessJumps;
        this.deadlineNanos = limits.deadlineNanos();
        this.visitor = visitor;
        this.candidates = new Candidates(program, deduction, w);
    }

    /** Whether some execution ran into the bound on loops, and was left out. */
    boolean wasCut() {
        return cut;
    }

    /** Where some execution left the memory of the test, and ended without a final state; null if none did. */
    @Nullable
    LitmusException fault() {
        return fault;
    }

    /** How many partial executions were looked at. */
    long steps() {
        return steps;
    }

    /** Runs to the end, or until the visitor or the deadline stops it by {@link Stopped}. */
    void run() {
        State state = start();
        if (!settle(state)) {
            return;
        }
        symmetry.order(state);
        if (settle(state)) {
            explore(state);
        }
    }

    private State start() {
        int threads = program.code.length;
        ThreadState[] states = new ThreadState[threads];
        for (int t = 0; t < threads; t++) {
            states[t] = new ThreadState(program.initial[t], program.code[t].length, w);
        }
        State state = new State(w, capacity, states);
        for (int l = 0; l < program.locations.size(); l++) {
            Location location = program.locations.get(l);
            if (location.name().startsWith(Program.STACK)) {
                initial(state, l, 0, location.bytes(), Datum.zero());
                continue;
            }
            int cell = program.cellBytes(location);
            for (int i = 0; i < location.initial().size(); i++) {
                Datum value = program.datum(location.initial().get(i));
                int valueBytes = Math.min(cell, location.elementBytes());
                boolean number = value instanceof Datum.Num && program.reading == Reading.STANDARD;
                initial(state, l, i * cell, cell, number ? program.meaning.low(value, valueBytes, false) : value);
            }
        }
        return state;
    }

    private void initial(State state, int location, int offset, int bytes, Datum value) {
        if (state.n >= state.capacity) {
            throw new Machine.TooManyEvents();
        }
        int e = state.addEvent(-1, -1, bytes, -1);
        Bits.add(state.writes, e);
        Bits.add(state.initial, e);
        state.address[e] = new Datum.Addr(location, offset);
        state.written[e] = value;
        state.place(e, location, offset, bytes);
    }

    private void explore(State state) {
        if ((++steps & CLOCK_MASK) == 0 && System.nanoTime() - deadlineNanos > 0) {
            throw new Stopped();
        }
        int reading = candidates.choose(state, machine);
        if (reading >= 0) {
            chooseSource(state, reading);
            return;
        }
        int blocked = firstBlocked(state);
        if (blocked >= 0) {
            guess(state);
        } else if (candidates.allDecided(state)) {
            order(state);
        }
    }

    private void chooseSource(State state, int reading) {
        int b = state.undecidedByte(reading);
        boolean whole = b == 0 && !candidates.mayBeSplit(state, reading);
        List<Integer> sources = candidates.of(state, reading, b);
        boolean mayWait = candidates.mayComeLater(state, reading);
        for (int source : sources) {
            State next = state.copy();
            next.decide(reading, b, whole ? state.size[reading] : b + 1, source);
            follow(next);
        }
        if (mayWait) {
            State next = state.copy();
            candidates.excludeKnown(next, reading, b);
            Bits.add(next.waiting, reading);
            deduction.deduce(next); // its paths have to be those of this execution
            explore(next);
        }
    }

    private void follow(State next) {
        if (settle(next)) {
            explore(next);
        }
    }

    private static int firstBlocked(State state) {
        for (int t = 0; t < state.threads.length; t++) {
            if (state.threads[t].isBlocked()) {
                return t;
            }
        }
        return -1;
    }

    private void guess(State state) {
        for (int t = 0; t < state.threads.length; t++) {
            ThreadState.Status status = state.threads[t].status;
            if (status == ThreadState.Status.AT_EXCHANGE || (guessJumps && status == ThreadState.Status.AT_BRANCH)) {
                for (boolean outcome : new boolean[] {true, false}) {
                    State next = state.copy();
                    next.guesses = machine.guess(next, t, outcome);
                    machine.decide(next, t, outcome);
                    follow(next);
                }
                return;
            }
        }
    }

    private void order(State state) {
        for (int a = Bits.next(state.writes, 0, w, 0); a >= 0; a = Bits.next(state.writes, 0, w, a + 1)) {
            for (int b = Bits.next(state.loc, a * w, w, a + 1); b >= 0; b = Bits.next(state.loc, a * w, w, b + 1)) {
                if (Bits.has(state.writes, b) && !Bits.has(state.co, w, a, b) && !Bits.has(state.co, w, b, a)) {
                    State next = state.copy();
                    Bits.add(next.co, w, a, b);
                    follow(next);
                    Bits.add(state.co, w, b, a);
                    follow(state);
                    return;
                }
            }
        }
        complete(state);
    }

    private void complete(State state) {
        for (int e = 0; e < state.n; e++) {
            Datum written = state.written[e];
            boolean known = state.isPlaced(e)
                    && (written == null || written.isKnown())
                    && (!Bits.has(state.reads, e) || state.read[e] != null);
            if (!known) {
                return; // values that rest on each other alone: nothing gives rise to them
            }
        }
        if (state.guesses != null) {
            return;
        }
        evaluator.begin(state);
        if (!evaluator.violatesAny(late) && !visitor.complete(state)) {
            throw new Stopped();
        }
    }

    /** Does all that follows; false if that is a contradiction, or what the model forbids. */
    private boolean settle(State state) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int t = 0; t < state.threads.length && state.fault == null; t++) {
                changed |= advance(state, t);
            }
            changed |= settleValues(state);
            Boolean proved = settleGuesses(state);
            if (proved == null) {
                return false;
            }
            changed |= proved;
        }
        if (!deduction.deduce(state)) {
            return false;
        }
        evaluator.begin(state);
        if (evaluator.violatesAny(early)) {
            return false;
        }
        if (state.fault != null) {
            fault = fault == null ? state.fault : fault;
            return false;
        }
        for (ThreadState thread : state.threads) {
            if (thread.status == ThreadState.Status.CUT) {
                cut = true;
                return false;
            }
        }
        return true;
    }

    private boolean advance(State state, int t) {
        ThreadState thread = state.threads[t];
        if (thread.isBlocked()) {
            Datum[] sides = machine.compared(state, t);
            Boolean outcome = machine.test(state, t, known(state, t, sides[0]), known(state, t, sides[1]));
            if (outcome == null) {
                return false;
            }
            machine.decide(state, t, outcome);
        }
        if (thread.status != ThreadState.Status.RUNNING) {
            return false;
        }
        machine.run(state, t);
        return true;
    }

    private Datum known(State state, int t, Datum term) {
        try {
            return resolver.resolve(state, term);
        } catch (Inexact problem) {
            throw machine.error(t, state.threads[t].at, problem);
        }
    }

    private boolean settleValues(State state) {
        boolean changed = false;
        for (int e = 0; e < state.n; e++) {
            try {
                changed |= !state.isPlaced(e) && resolver.place(state, e);
                Datum written = state.written[e];
                if (written != null && !written.isKnown()) {
                    Datum now = resolver.resolve(state, written);
                    state.written[e] = now;
                    changed |= now.isKnown();
                }
                if (state.read[e] == null && Bits.has(state.reads, e) && state.isPlaced(e)) {
                    state.read[e] = resolver.readValue(state, e);
                    changed |= state.read[e] != null;
                }
            } catch (Inexact problem) {
                LitmusException error = machine.error(state.thread[e], state.line[e], problem);
                if (!problem.isFault()) {
                    throw error;
                }
                state.fault = error;
            }
        }
        return changed && state.fault == null;
    }

    /** Whether a guess was proved; null if one was wrong. */
    private @Nullable Boolean settleGuesses(State state) {
        State.Guess open = null;
        boolean proved = false;
        for (State.Guess guess = state.guesses; guess != null; guess = guess.earlier()) {
            Datum left = resolver.resolve(state, guess.left());
            Datum right = resolver.resolve(state, guess.right());
            Boolean outcome = program.meaning.test(guess.width(), guess.condition(), left, right);
            if (outcome == null) {
                open = new State.Guess(guess.width(), guess.condition(), left, right, guess.expected(), open);
            } else if (outcome != guess.expected()) {
                return null;
            } else {
                proved = true;
            }
        }
        state.guesses = open;
        return proved;
    }

    /** The final executions' registers need their terms resolved. */
    Datum register(State state, int t, int number) {
        return resolver.resolve(state, state.threads[t].registers[number]);
    }

    /** What is wrong with a final state because of a write. */
    LitmusException finalError(State state, int write, String problem) {
        int t = state.thread[write];
        return t < 0 ? new LitmusException(1, 1, problem) : machine.error(t, state.line[write], new Inexact(problem));
    }

    Resolver resolver() {
        return resolver;
    }
}
