package dev.ring3.bpf.verifier;

import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * Fuzzes until something is found or the time is over. A control loads it together with a verifier that has a fault, by
 * a class loader of its own; so it is reached through an interface of the JDK.
 */
public final class FuzzControl implements BiFunction<Long, Long, String> {
    private static final int RUNS = 32;

    /** For the class loader of a control. */
    public FuzzControl() {}

    /** What was found with a seed within so many milliseconds, empty if nothing. */
    @Override
    public String apply(Long seed, Long millis) {
        Fuzzer fuzzer = new Fuzzer(RUNS);
        SplittableRandom seeds = new SplittableRandom(seed);
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < end) {
            Fuzzer.Failure failure = fuzzer.program(seeds.nextLong());
            if (failure != null) {
                return "%s: %s, after %d programs and %d executions"
                        .formatted(failure.kind(), failure.what(), fuzzer.report.programs, fuzzer.report.executions);
            }
        }
        return "";
    }
}
