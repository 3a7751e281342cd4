package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.ChildJvm;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Scratch;
import dev.ring3.linux.Availability;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs the compiled objects of a suite by its file of tests, in Ring3's engines and in the kernel. */
public final class SuiteBench {
    private static final String BASELINE = "baseline";
    private static final String PLATFORM = "Linux";
    private static final long SECONDS_MIN = 600;
    private static final double SECONDS_PER_RUN = 1e-4; // in the interpreter, on a busy machine

    private final SuiteOptions options;
    private final SuiteFile suite;
    private final Set<String> lacks = new LinkedHashSet<>();
    private final List<List<SuiteReport.Row>> forks = new ArrayList<>();

    private SuiteBench(SuiteOptions options, SuiteFile suite) {
        this.options = options;
        this.suite = suite;
    }

    /**
     * Runs the tests.
     *
     * @throws IllegalArgumentException if the file is no file of tests
     * @throws IOException if it cannot be read
     */
    public static SuiteReport run(SuiteOptions options, Progress progress) throws IOException, InterruptedException {
        long begin = System.currentTimeMillis() / 1000;
        Machine machine = Machine.here();
        SuiteBench bench;
        try {
            bench = new SuiteBench(options, SuiteFile.parse(Files.readString(options.file())));
        } catch (SuiteFile.FormException e) {
            throw new IllegalArgumentException("%s: %s".formatted(options.file(), e.getMessage()), e);
        }
        bench.measure(progress);
        BenchDocument.Setting setting = new BenchDocument.Setting(
                machine.described(),
                options.command(),
                method(options),
                options.forks(),
                1,
                Machine.load(),
                System.currentTimeMillis() / 1000 - begin);
        BenchDocument document = new BenchDocument("bpf-suite", setting, bench.figures(), new ArrayList<>(bench.lacks));
        return new SuiteReport(
                document, bench.forks.stream().flatMap(List::stream).toList(), begin);
    }

    private static String method(SuiteOptions options) {
        return """
                The tests of %s. The programs of one object file share their maps and run one after the other in a JVM of their own \
                for each engine, %d times over (forks). A program runs as often as the file says%s on each processor that the file \
                gives it, all at the same time, each thread pinned to its processor where the host allows it, after half a second of \
                warm-up at the most. The mean of all these runs is a sample: processor time of the thread in Ring3, the kernel's \
                own clock for its test runs, in whole nanoseconds.""".formatted(
                        options.file().getFileName(),
                        options.forks(),
                        options.iterations() == 0 ? "" : " (here: %d times)".formatted(options.iterations()));
    }

    private void measure(Progress progress) throws InterruptedException {
        suite.unknown().forEach(name -> lacks.add("the suite's member " + name + " means nothing here"));
        Map<List<String>, List<Integer>> byObject = chosen();
        try (Scratch scratch = Scratch.create()) {
            ChildJvm children = new ChildJvm(scratch.path(), WorkerMain.class, BpfBench.NATIVE_MODULES);
            for (int fork = 0; fork < options.forks(); fork++) {
                List<SuiteReport.Row> rows = new ArrayList<>();
                for (Map.Entry<List<String>, List<Integer>> object : byObject.entrySet()) {
                    for (Engine engine : engines()) {
                        progress.step("%s in %s, fork %d of %d"
                                .formatted(object.getKey().getFirst(), engine.title(), fork + 1, options.forks()));
                        rows.addAll(measure(children, engine, object.getValue()));
                    }
                }
                forks.add(rows);
            }
        }
    }

    private List<Engine> engines() {
        List<Engine> engines = new ArrayList<>(options.chosenEngines());
        if (engines.contains(Engine.KERNEL)
                && KernelBpf.probe(KernelProgramType.XDP) instanceof Availability.Unavailable(var _, String detail)) {
            engines.remove(Engine.KERNEL);
            lacks.add("%s: %s".formatted(Engine.KERNEL.title(), detail));
        }
        return engines;
    }

    /** Places of tests in the file, those of one object and type together. */
    private Map<List<String>, List<Integer>> chosen() {
        Map<List<String>, List<Integer>> chosen = new LinkedHashMap<>();
        for (int i = 0; i < suite.tests().size(); i++) {
            SuiteCase test = suite.tests().get(i);
            if (!options.wants(test)) {
                continue;
            }
            if (!test.platform().isEmpty() && !test.platform().equals(PLATFORM)) {
                lacks.add("%s: the suite wants it on %s only".formatted(test.name(), test.platform()));
            } else {
                chosen.computeIfAbsent(List.of(test.elfFile(), test.programType()), _ -> new ArrayList<>())
                        .add(i);
            }
        }
        return chosen;
    }

    private List<SuiteReport.Row> measure(ChildJvm children, Engine engine, List<Integer> tests)
            throws InterruptedException {
        double runs = tests.stream()
                .mapToDouble(index -> 2.0 * options.iterationsOf(suite.tests().get(index)))
                .sum();
        Map<Integer, List<Double>> nanos = new LinkedHashMap<>();
        Map<Integer, Integer> wrong = new LinkedHashMap<>();
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        try {
            List<String> words = SuiteWorker.words(options, engine, tests);
            for (String line :
                    children.run(WorkerMain.JVM_OPTIONS, words, SECONDS_MIN + (long) (runs * SECONDS_PER_RUN))) {
                String[] fields = line.split(" ", 3);
                int index = Integer.parseInt(fields[1]);
                if (fields[0].equals("lack")) {
                    reasons.computeIfAbsent(fields[2], _ -> new ArrayList<>())
                            .add(suite.tests().get(index).name());
                } else {
                    String[] values = fields[2].split(" ", -1);
                    nanos.computeIfAbsent(
                                    index, _ -> new ArrayList<>(Collections.nCopies(options.processors(), Double.NaN)))
                            .set(Integer.parseInt(values[0]), Double.parseDouble(values[1]));
                    int result = Integer.parseInt(values[2]);
                    if (result != suite.tests().get(index).expected()) {
                        wrong.put(index, result);
                    }
                }
            }
        } catch (ChildJvm.ChildException e) {
            lacks.add("%s in %s: %s"
                    .formatted(suite.tests().get(tests.getFirst()).elfFile(), engine.title(), e.getMessage()));
        }
        reasons.forEach(
                (why, names) -> lacks.add("%s in %s: %s".formatted(String.join("; ", names), engine.title(), why)));
        List<SuiteReport.Row> rows = new ArrayList<>();
        nanos.forEach((index, of) -> rows.add(new SuiteReport.Row(
                suite.tests().get(index).name(), engine.id(), of, Optional.ofNullable(wrong.get(index)))));
        return rows;
    }

    private record Key(String test, String engine) {}

    private List<Figure> figures() {
        Map<Key, List<Double>> raw = new LinkedHashMap<>();
        Map<Key, List<Double>> net = new LinkedHashMap<>();
        for (List<SuiteReport.Row> fork : forks) {
            for (SuiteReport.Row row : fork) {
                Key key = new Key(row.test(), row.engine());
                raw.computeIfAbsent(key, _ -> new ArrayList<>()).add(row.average());
                baseline(fork, row)
                        .ifPresent(base ->
                                net.computeIfAbsent(key, _ -> new ArrayList<>()).add(row.average() - base));
            }
        }
        List<Figure> figures = new ArrayList<>();
        raw.forEach((key, samples) ->
                figures.add(Figure.of(key.test(), key.engine(), SuiteReport.RAW, Better.LESS, samples)));
        net.forEach((key, samples) ->
                figures.add(Figure.of(key.test(), key.engine(), SuiteReport.NET, Better.LESS, samples)));
        return figures;
    }

    /** What the empty program took beside another one. */
    private static Optional<Double> baseline(List<SuiteReport.Row> fork, SuiteReport.Row row) {
        return row.test().equalsIgnoreCase(BASELINE)
                ? Optional.empty()
                : fork.stream()
                        .filter(other -> other.test().equalsIgnoreCase(BASELINE)
                                && other.engine().equals(row.engine()))
                        .map(SuiteReport.Row::average)
                        .findFirst();
    }
}
