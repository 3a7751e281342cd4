package dev.ring3.bpf;

import java.util.List;

/**
 * What the JVM makes of a program that is compiled to its bytecode. HotSpot compiles methods when they have run for a
 * while, and refuses some without a word: these stay as slow as an interpreter. Which ones, a {@link CompilerWatch}
 * notices; where none looks, there are no samples.
 *
 * @param methods how many methods of bytecode the program is; 0 while Ring3's interpreter runs it, and for good if it is
 *     too long to be compiled
 * @param compiledSamples how often the watch found a thread in code of the program that HotSpot had compiled
 * @param interpretedSamples how often in code that it had not
 * @param slowMethods methods that have been found interpreted over more than {@link CompilerWatch#SLOW_AFTER} and not
 *     compiled since: HotSpot is late, or will not
 * @param failures what HotSpot said when it gave up compiling a method, the last {@link CompilerWatch#FAILURES_MAX}: it may have
 *     succeeded in another way since
 */
public record Compilation(
        int methods, long compiledSamples, long interpretedSamples, List<String> slowMethods, List<String> failures) {
    public Compilation {
        slowMethods = List.copyOf(slowMethods);
        failures = List.copyOf(failures);
    }

    /** What is known where no watch looks. */
    static Compilation unwatched(int methods) {
        return new Compilation(methods, 0, 0, List.of(), List.of());
    }
}
