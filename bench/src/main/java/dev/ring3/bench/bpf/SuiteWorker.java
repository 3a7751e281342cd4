package dev.ring3.bench.bpf;

import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.linux.Affinity;
import dev.ring3.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/**
 * In a child JVM: runs the tests of one object file in one engine, one after the other, with the maps as the tests before
 * left them, as the suite's runner does.
 *
 * <p>Its lines are {@code test INDEX PROCESSOR NANOS RESULT} and {@code lack INDEX WHY}.
 */
final class SuiteWorker {
    private static final double WARM_UP_NANOS = 5e8;
    private static final long WARM_UP_RUNS = 1 << 10;

    private final Engine engine;
    private final Path objects;
    private final int processors;
    private final long iterations;

    private SuiteWorker(Engine engine, Path objects, int processors, long iterations) {
        this.engine = engine;
        this.objects = objects;
        this.processors = processors;
        this.iterations = iterations;
    }

    /** The words with which a child does this for some tests of a file, by their places in it. */
    static List<String> words(SuiteOptions options, Engine engine, List<Integer> tests) {
        List<String> words = new ArrayList<>(List.of(
                "suite",
                options.file().toString(),
                options.objects().toString(),
                engine.id(),
                Integer.toString(options.processors()),
                Long.toString(options.iterations())));
        tests.forEach(test -> words.add(Integer.toString(test)));
        return words;
    }

    /** What a child does that was given these words. */
    static void run(List<String> words) {
        SuiteWorker worker = new SuiteWorker(
                Engine.of(words.get(3)),
                Path.of(words.get(2)),
                Integer.parseInt(words.get(4)),
                Long.parseLong(words.get(5)));
        List<SuiteCase> tests;
        try {
            tests = SuiteFile.parse(Files.readString(Path.of(words.get(1)))).tests();
        } catch (IOException | SuiteFile.FormException e) {
            throw new IllegalStateException("the suite file was read before", e);
        }
        List<Integer> chosen =
                words.subList(6, words.size()).stream().map(Integer::valueOf).toList();
        Set<String> programs = chosen.stream()
                .flatMap(index -> tests.get(index).programs().stream())
                .collect(Collectors.toSet());
        Optional<SuiteSite> site = Optional.empty();
        for (int index : chosen) {
            SuiteCase test = tests.get(index);
            try {
                if (site.isEmpty()) {
                    Path file = worker.objects.resolve(test.elfFile());
                    site = Optional.of(
                            SuiteSite.of(worker.engine, BpfObjectFile.read(file), test.programType(), programs));
                }
                worker.measure(index, test, site.get());
            } catch (IOException e) {
                lack(index, "no object file: " + e.getMessage());
            } catch (RuntimeException | SuiteCase.UnfitException e) {
                lack(index, String.valueOf(e.getMessage()));
            }
        }
    }

    private static void lack(int index, String why) {
        System.out.printf("lack %d %s%n", index, why.replace('\n', ' '));
    }

    private void measure(int index, SuiteCase test, SuiteSite site) throws SuiteCase.UnfitException {
        List<Optional<String>> programs = test.programs(processors);
        test.preparation()
                .ifPresent(preparation ->
                        site.runner(preparation.program(), test.passData()).run(preparation.iterations()));
        long runs = iterations == 0 ? test.iterations() : iterations;
        long others = programs.stream().flatMap(Optional::stream).count();
        CountDownLatch ready = new CountDownLatch((int) others);
        List<FutureTask<String>> lines = new ArrayList<>();
        for (int processor = 0; processor < processors; processor++) {
            int number = processor;
            programs.get(number)
                    .ifPresent(program -> lines.add(new FutureTask<>(() -> {
                        SuiteSite.Runner runner;
                        try {
                            pin(number);
                            runner = site.runner(program, test.passData());
                            warmUp(runner, runs);
                        } finally {
                            ready.countDown(); // nobody waits for who failed
                        }
                        ready.await();
                        SuiteSite.Outcome outcome = runner.run(runs);
                        return String.format(
                                Locale.ROOT, "test %d %d %.4f %d", index, number, outcome.nanos(), outcome.result());
                    })));
        }
        lines.forEach(line -> Thread.ofPlatform().start(line));
        lines.stream().map(SuiteWorker::get).toList().forEach(System.out::println);
    }

    /** Runs until the compilers are done with it, at most as often as it will be timed. */
    private static void warmUp(SuiteSite.Runner runner, long runs) {
        double nanos = 0;
        long done = 0;
        for (long times = Math.min(runs, WARM_UP_RUNS); nanos < WARM_UP_NANOS && done < runs; times *= 2) {
            long now = Math.min(times, runs - done);
            nanos += now * Math.max(1, runner.run(now).nanos());
            done += now;
        }
    }

    private static void pin(int processor) {
        BitSet one = new BitSet();
        one.set(processor);
        try {
            Affinity.pinCallingThread(one);
        } catch (LinuxException notOurs) {
            // it runs where the host lets it
        }
    }

    private static String get(FutureTask<String> line) {
        try {
            return line.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IllegalStateException(String.valueOf(cause.getMessage()), cause);
        }
    }
}
