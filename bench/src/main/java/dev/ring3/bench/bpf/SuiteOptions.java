package dev.ring3.bench.bpf;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which tests of a suite file to run and where.
 *
 * @param file the suite file
 * @param objects where the object files are that it names
 * @param engines names of engines; none for the compiler and the kernel's
 * @param tests what the names of tests have to match as a whole
 * @param iterations how often instead of what the file says; 0 for what it says
 * @param processors how many run programs
 * @param forks how often all of it is done, each in processes of its own
 * @param command what is written beside the figures
 */
public record SuiteOptions(
        Path file,
        Path objects,
        List<String> engines,
        String tests,
        long iterations,
        int processors,
        int forks,
        String command) {
    public SuiteOptions {
        engines = List.copyOf(engines);
        for (String engine : engines) {
            if (!engineNames().contains(engine)) {
                throw new IllegalArgumentException(
                        "no engine %s for a suite; there are %s".formatted(engine, String.join(", ", engineNames())));
            }
        }
        Pattern _ = Pattern.compile(tests);
        if (iterations < 0 || processors < 1 || forks < 1) {
            throw new IllegalArgumentException(
                    "%d iterations, %d processors, %d forks".formatted(iterations, processors, forks));
        }
    }

    /** The engines that run object files with maps, and programs whose context leads to a packet. */
    public static List<String> engineNames() {
        return Stream.of(Engine.JIT, Engine.INTERPRETER, Engine.KERNEL)
                .map(Engine::id)
                .toList();
    }

    List<Engine> chosenEngines() {
        return engines.isEmpty()
                ? List.of(Engine.JIT, Engine.KERNEL)
                : engines.stream().map(Engine::of).toList();
    }

    boolean wants(SuiteCase test) {
        return test.name().matches(tests);
    }

    long iterationsOf(SuiteCase test) {
        return iterations == 0 ? test.iterations() : iterations;
    }
}
