package dev.ring3.litmus;

import dev.ring3.litmus.LitmusTest.Quantifier;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.cat.Model;
import dev.ring3.litmus.search.Execution;
import dev.ring3.litmus.search.Exploration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Holds tests against a model. Immutable; may be used by several threads. */
public final class Checker {
    /**
     * How far to go.
     *
     * @param turnsMax how often a loop that depends on reads may turn; executions with more turns are left out, and the
     *     outcome says so
     * @param timeout how long one test may take
     */
    public record Limits(int turnsMax, Duration timeout) {
        public static final Limits DEFAULT = new Limits(4, Duration.ofMinutes(5));
    }

    private final LitmusModel model;
    private final Reading reading;
    private final Limits limits;

    public Checker(LitmusModel model, Reading reading, Limits limits) {
        this.model = model;
        this.reading = reading;
        this.limits = limits;
    }

    /**
     * All final states of a test that the model allows.
     *
     * @throws LitmusException if an instruction has no exact meaning in some execution, or if every execution leaves the
     *     memory of the test
     */
    public Outcome check(LitmusTest test) {
        long start = System.nanoTime();
        Collector collector = new Collector(test, model.compiled());
        Exploration.Summary summary = new Exploration(
                        test,
                        reading,
                        model.compiled(),
                        !model.ordersAfterJumps(),
                        limits.turnsMax(),
                        start + limits.timeout().toNanos(),
                        collector)
                .run();
        if (collector.states.isEmpty() && summary.fault().isPresent()) {
            throw summary.fault().get();
        }
        return new Outcome(
                test,
                List.copyOf(collector.states),
                collector.positive,
                collector.negative,
                summary.end(),
                List.copyOf(collector.flags),
                Optional.ofNullable(collector.witness),
                summary.fault(),
                summary.steps(),
                System.nanoTime() - start);
    }

    /**
     * Why the model forbids that the proposition of a test holds (or, for {@code forall}, fails): what would happen if one
     * axiom, or if that is not enough all of them, were not there. Empty if it is not forbidden by axioms, or if that was
     * not found in the time that one test may take.
     */
    public Optional<Explanation> explain(LitmusTest test) {
        long deadline = System.nanoTime() + limits.timeout().toNanos();
        List<Model.Axiom> axioms = model.compiled().axioms();
        List<List<Model.Axiom>> attempts = new ArrayList<>();
        axioms.reversed().forEach(axiom -> attempts.add(List.of(axiom)));
        attempts.add(axioms);
        for (List<Model.Axiom> dropped : attempts) {
            Finder finder = new Finder(test);
            Model weaker = model.compiled().without(Set.copyOf(dropped));
            new Exploration(test, reading, weaker, true, limits.turnsMax(), deadline, finder).run();
            if (finder.found != null) {
                return Optional.of(Explanation.of(dropped, model.compiled(), finder.found));
            }
        }
        return Optional.empty();
    }

    /**
     * Final states that the model allows, each with the first execution found that ends so.
     *
     * @param statesMax how many states at most
     * @return fewer than there are if the time of a test is up
     * @throws LitmusException as {@link #check} does
     */
    public List<Picture.Sample> samples(LitmusTest test, int statesMax) {
        Sampler sampler = new Sampler(test, statesMax);
        long deadline = System.nanoTime() + limits.timeout().toNanos();
        Exploration exploration = new Exploration(
                test, reading, model.compiled(), !model.ordersAfterJumps(), limits.turnsMax(), deadline, sampler);
        var _ = exploration.run();
        return sampler.found.entrySet().stream()
                .map(entry -> new Picture.Sample(
                        HerdText.state(test, entry.getKey()),
                        sampler.holding.contains(entry.getKey()),
                        Picture.of(entry.getValue())))
                .toList();
    }

    /** Keeps an execution of each final state. */
    private static final class Sampler implements Exploration.Visitor {
        private final LitmusTest test;
        private final int statesMax;
        private final Map<List<Value>, Execution> found = new TreeMap<>((Comparator<List<Value>>) Value::compare);
        private final Set<List<Value>> holding = new TreeSet<>((Comparator<List<Value>>) Value::compare);

        Sampler(LitmusTest test, int statesMax) {
            this.test = test;
            this.statesMax = statesMax;
        }

        @Override
        public void restart() {
            found.clear();
            holding.clear();
        }

        @Override
        public boolean state(Function<Place, Value> state, Execution execution) {
            if (test.filter().isEmpty() || test.filter().get().test(state)) {
                List<Value> shown = test.displayed().stream().map(state).toList();
                found.putIfAbsent(shown, execution);
                if (test.condition().proposition().test(state)) {
                    holding.add(shown);
                }
            }
            return found.size() < statesMax;
        }
    }

    /** Stops at the first execution that is asked for. */
    private static final class Finder implements Exploration.Visitor {
        private final LitmusTest test;
        private @Nullable Execution found;

        Finder(LitmusTest test) {
            this.test = test;
        }

        @Override
        public void restart() {
            found = null;
        }

        @Override
        public boolean state(Function<Place, Value> state, Execution execution) {
            boolean passes = test.filter().isEmpty() || test.filter().get().test(state);
            boolean wanted = test.condition().quantifier() != Quantifier.FORALL;
            if (passes && test.condition().proposition().test(state) == wanted) {
                found = execution;
                return false;
            }
            return true;
        }
    }

    /** Gathers final states. */
    private static final class Collector implements Exploration.Visitor {
        private final LitmusTest test;
        private final Set<List<Value>> states = new TreeSet<>((Comparator<List<Value>>) Value::compare);
        private final List<Model.Axiom> flaggable;
        private final Set<String> flags = new TreeSet<>();
        private long positive;
        private long negative;
        private @Nullable Execution witness;

        Collector(LitmusTest test, Model model) {
            this.test = test;
            this.flaggable = model.axioms().stream().filter(Model.Axiom::flag).toList();
        }

        @Override
        public void restart() {
            states.clear();
            flags.clear();
            positive = 0;
            negative = 0;
            witness = null;
        }

        @Override
        public boolean state(Function<Place, Value> state, Execution execution) {
            Map<Place, Value> values = new HashMap<>();
            for (Place place : test.observed()) {
                values.put(place, state.apply(place));
            }
            Function<Place, Value> known = place -> values.getOrDefault(place, Value.zero());
            if (test.filter().isPresent() && !test.filter().get().test(known)) {
                return true;
            }
            List<Value> shown = new ArrayList<>();
            for (Place place : test.displayed()) {
                shown.add(known.apply(place));
            }
            states.add(shown);
            for (Model.Axiom flag : flaggable) {
                if (!flags.contains(flag.name()) && execution.raises(flag)) {
                    flags.add(flag.name());
                }
            }
            boolean holds = test.condition().proposition().test(known);
            if (holds) {
                positive++;
            } else {
                negative++;
            }
            if (witness == null && holds == (test.condition().quantifier() != Quantifier.FORALL)) {
                witness = execution;
            }
            return true;
        }
    }
}
