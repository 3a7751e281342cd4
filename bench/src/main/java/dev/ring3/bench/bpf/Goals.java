package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.Cell;
import dev.ring3.bench.bpf.BenchReport.LoadResult;
import dev.ring3.bench.bpf.BenchReport.MapResult;
import dev.ring3.bench.measure.Spread;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What Ring3 promises of its BPF, and whether a measurement bears it out. */
final class Goals {
    /** What became of a goal. */
    enum Verdict {
        REACHED,
        MISSED,
        NOT_MEASURED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * One promise.
     *
     * @param text what is measured, relative to what
     * @param limit at most
     * @param measured absent where it was not
     */
    record Goal(String text, double limit, OptionalDouble measured) {
        Verdict verdict() {
            return measured.isEmpty()
                    ? Verdict.NOT_MEASURED
                    : measured.getAsDouble() <= limit ? Verdict.REACHED : Verdict.MISSED;
        }
    }

    private static final String JIT = Engine.JIT.id();
    private static final double WARM_UP_MILLIS_MIN = 400;
    private static final String LCG = "lcg"; // which HotSpot takes apart
    private static final String SIX = "geometric mean of the six compute programs";

    private final BenchReport report;
    private final List<Goal> goals = new ArrayList<>();

    private Goals(BenchReport report) {
        this.report = report;
    }

    static List<Goal> of(BenchReport report) {
        Goals goals = new Goals(report);
        goals.addPrograms();
        goals.addOthers();
        return goals.goals;
    }

    private void add(String text, double limit, OptionalDouble measured) {
        goals.add(new Goal(text, limit, isShort(report.setting().options()) ? OptionalDouble.empty() : measured));
    }

    /** Whether so little time is spent on warming up that nothing is as fast as it gets. */
    static boolean isShort(BenchOptions options) {
        return options.warmUpMillis() < WARM_UP_MILLIS_MIN;
    }

    private static double toNative(Cell.Measured cell) {
        return cell.toNative().median();
    }

    private static double toScalar(Cell.Measured cell) {
        return cell.toScalar().median();
    }

    private OptionalDouble six(String engine, ToDoubleFunction<Cell.Measured> ratio) {
        return Means.of(report, engine, Means::isCompute, ratio).stream()
                .mapToDouble(Means::all)
                .findFirst();
    }

    private void addPrograms() {
        OptionalDouble jit = six(JIT, Goals::toNative);
        add("JIT verified, " + SIX + ", to clang -O2", 1.4, jit);
        add("the same, stretch", 1.2, jit);
        add("the same without lcg", 1.6, withoutLcg());
        add("JIT verified, " + SIX + ", to scalar native code", 0.95, six(JIT, Goals::toScalar));
        add("the same, stretch", 0.85, six(JIT, Goals::toScalar));
        add("JIT verified, the slowest of the six, to scalar native code", 1.6, slowestOfSix());
        add(
                "JIT checked, " + SIX + ", to JIT verified",
                1.3,
                relative(six(Engine.JIT_CHECKED.id(), Goals::toNative), jit));
        Set<String> others = new LinkedHashSet<>(List.of(Engine.KERNEL.id(), Engine.CHICORY.id()));
        report.setting().options().peerCommands().forEach(peer -> others.add(peer.name()));
        for (String other : others) {
            add(
                    "JIT verified, " + SIX + ", to " + ReportText.title(other),
                    1,
                    relative(jit, six(other, Goals::toNative)));
        }
        add("interpreter, " + SIX + ", to scalar native code", 70, six(Engine.INTERPRETER.id(), Goals::toScalar));
        add("an empty program called from Java, ns", 3, emptyCall());
    }

    private static OptionalDouble relative(OptionalDouble of, OptionalDouble to) {
        return of.isPresent() && to.isPresent()
                ? OptionalDouble.of(of.getAsDouble() / to.getAsDouble())
                : OptionalDouble.empty();
    }

    private OptionalDouble withoutLcg() {
        return Means.of(
                        report,
                        JIT,
                        program -> Means.isCompute(program) && !program.name().equals(LCG),
                        Goals::toNative)
                .stream()
                .mapToDouble(Means::all)
                .findFirst();
    }

    private OptionalDouble slowestOfSix() {
        return six(JIT, Goals::toScalar).isEmpty()
                ? OptionalDouble.empty()
                : report.programs().stream()
                        .filter(result -> Means.isCompute(result.program()))
                        .flatMap(result -> result.of(JIT).stream())
                        .mapToDouble(Goals::toScalar)
                        .max();
    }

    private OptionalDouble emptyCall() {
        return report.programs().stream()
                .filter(result -> result.program().name().equals(BenchProgram.EMPTY))
                .flatMap(result -> result.of(JIT).stream())
                .mapToDouble(cell -> cell.nanos().median())
                .findFirst();
    }

    private void addOthers() {
        add(
                "first result of a small program, ms",
                5,
                load("first-result").map(us -> us / 1000).stream()
                        .mapToDouble(Double::doubleValue)
                        .findFirst());
        add(
                "full speed, the slowest of three programs, ms",
                200,
                report.loads().stream()
                        .filter(load -> load.what().startsWith("full-speed"))
                        .mapToDouble(load -> load.value().median())
                        .max());
        add(
                "lookup in an array, ns",
                1,
                map("array", MapOperation.LOOKUP, 1).map(Goals::net).orElse(OptionalDouble.empty()));
        add(
                "lookup in a hash map, ns",
                6,
                map("hash", MapOperation.LOOKUP, 1).map(Goals::net).orElse(OptionalDouble.empty()));
        add(
                "update of a hash map, ns",
                30,
                map("hash", MapOperation.UPDATE, 1).map(Goals::net).orElse(OptionalDouble.empty()));
        add(
                "lookup in an LPM trie of a million prefixes, to Linux",
                1.0 / 3,
                relative(lookupInTrie(JIT), lookupInTrie(Engine.KERNEL.id())));
        int threads = report.setting().options().threads();
        Optional<Spread> alone = map("hash", MapOperation.LOOKUP, 1).map(MapResult::nanos);
        Optional<Spread> together = map("hash", MapOperation.LOOKUP, threads).map(MapResult::nanos);
        add(
                "lookup in one hash map by %d threads, each to one alone".formatted(threads),
                1.1,
                alone.isPresent() && together.isPresent() && threads > 1
                        ? OptionalDouble.of(
                                together.get().median() / alone.get().median())
                        : OptionalDouble.empty());
    }

    private OptionalDouble lookupInTrie(String engine) {
        return report.maps().stream()
                .filter(result ->
                        result.engine().equals(engine) && result.kind().equals("lpm-trie") && result.threads() == 1)
                .mapToDouble(result -> result.net().median())
                .findFirst();
    }

    private static OptionalDouble net(MapResult result) {
        return OptionalDouble.of(result.net().median());
    }

    private Optional<Double> load(String what) {
        return report.loads().stream()
                .filter(load -> load.what().equals(what))
                .map(LoadResult::value)
                .map(Spread::median)
                .findFirst();
    }

    private Optional<MapResult> map(String kind, MapOperation operation, int threads) {
        return report.maps().stream()
                .filter(result -> result.engine().equals(JIT)
                        && result.kind().equals(kind)
                        && result.operation().equals(operation.id())
                        && result.threads() == threads)
                .findFirst();
    }
}
