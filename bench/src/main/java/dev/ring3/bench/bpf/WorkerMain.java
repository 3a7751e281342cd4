package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Rounds;
import dev.ring3.bench.measure.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A child JVM: measures what its arguments say, prints lines of words and ends.
 *
 * <pre>
 * program NAME ENGINE DIRECTORY    result R0, then for each round: round SHARE ENGINE-NANOS NATIVE-NANOS SCALAR-NANOS
 * natives NAME DIRECTORY           the same without an engine
 * maps KIND ENGINE THREADS         for each operation and round: OPERATION THREADS NANOS BASELINE-NANOS
 * load DIRECTORY                   see {@link LoadWorker}
 * suite FILE ...                   see {@link SuiteWorker}
 * </pre>
 *
 * Each but the last is followed by the times: ROUNDS BATCH-MILLIS WARM-UP-MILLIS.
 */
public final class WorkerMain {
    /** Keeps calls of programs calls: inlined into the loop around them, short ones would take no time at all. */
    static final List<String> JVM_OPTIONS = List.of(
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=dontinline,dev.ring3.bpf.Invocation::run",
            "-XX:CompileCommand=dontinline,dev.ring3.bench.bpf.ChicorySubject::call");

    private WorkerMain() {}

    /** How long is measured. */
    record Times(int rounds, double batchMillis, double warmUpMillis) {
        static Times parse(List<String> words) {
            return new Times(
                    Integer.parseInt(words.get(0)), Double.parseDouble(words.get(1)), Double.parseDouble(words.get(2)));
        }

        List<String> words() {
            return List.of(Integer.toString(rounds), Double.toString(batchMillis), Double.toString(warmUpMillis));
        }
    }

    /** The JVM's entry. */
    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        if (words.getFirst().equals("suite")) {
            SuiteWorker.run(words);
            return;
        }
        Times times = Times.parse(words.subList(words.size() - 3, words.size()));
        switch (words.getFirst()) {
            case "program" ->
                program(BenchProgram.named(words.get(1)), Engine.of(words.get(2)), Path.of(words.get(3)), times);
            case "natives" -> natives(BenchProgram.named(words.get(1)), Path.of(words.get(2)), times);
            case "maps" ->
                new MapWorker(MapKind.of(words.get(1)), Engine.of(words.get(2)), Integer.parseInt(words.get(3)))
                        .measure(times)
                        .forEach(System.out::println);
            case "load" -> LoadWorker.measure(Path.of(words.get(1)), times).forEach(System.out::println);
            default -> throw new IllegalArgumentException("no work " + words.getFirst());
        }
        System.out.flush();
    }

    private static void program(BenchProgram program, Engine engine, Path directory, Times times) {
        List<Subject> subjects = new ArrayList<>();
        Subject subject = subject(program, engine, directory);
        subjects.add(subject);
        addNatives(program, directory, subjects);
        boolean isKernel = engine == Engine.KERNEL;
        if (isKernel) {
            subjects.add(KernelSubject.empty());
        }
        System.out.printf("result %x%n", subject.run(1));
        Rounds rounds = new Rounds(subjects, times.batchMillis());
        rounds.warmUp(times.warmUpMillis());
        for (Rounds.Round round : rounds.take(times.rounds())) {
            double overhead = isKernel ? round.nanos().getLast() : 0;
            print(round, round.nanos().get(0) - overhead, round.nanos().subList(1, 3));
        }
    }

    private static void natives(BenchProgram program, Path directory, Times times) {
        List<Subject> subjects = new ArrayList<>();
        addNatives(program, directory, subjects);
        System.out.printf("result %x%n", subjects.getFirst().run(1));
        Rounds rounds = new Rounds(subjects, times.batchMillis());
        rounds.warmUp(times.warmUpMillis());
        for (Rounds.Round round : rounds.take(times.rounds())) {
            print(round, round.nanos().getFirst(), round.nanos());
        }
    }

    private static void print(Rounds.Round round, double nanos, List<Double> natives) {
        System.out.printf(
                Locale.ROOT, "round %.3f %.4f %.4f %.4f%n", round.share(), nanos, natives.get(0), natives.get(1));
    }

    private static void addNatives(BenchProgram program, Path directory, List<Subject> to) {
        for (Toolchain.Target target : List.of(Toolchain.Target.NATIVE, Toolchain.Target.SCALAR)) {
            to.add(new NativeSubject(target.file(directory, program), program.input()));
        }
    }

    private static Subject subject(BenchProgram program, Engine engine, Path directory) {
        byte[] input = program.input();
        return switch (engine) {
            case INTERPRETER, JIT, JIT_CHECKED ->
                Ring3Subject.of(engine, read(Toolchain.Target.BPF.file(directory, program)), input);
            case KERNEL -> KernelSubject.of(read(Toolchain.Target.KERNEL.file(directory, program)), input);
            case CHICORY -> new ChicorySubject(read(Toolchain.Target.WASM.file(directory, program)), input);
        };
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
