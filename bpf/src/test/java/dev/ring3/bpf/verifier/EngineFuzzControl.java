package dev.ring3.bpf.verifier;

import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * Compares engines until something is found or the time is over. A control loads it together with a compiler that has a
 * fault, see {@link FuzzControl}.
 */
public final class EngineFuzzControl implements BiFunction<Long, Long, String> {
    /** For the class loader of a control. */
    public EngineFuzzControl() {}

    /** What was found with a seed within so many milliseconds, empty if nothing. */
    @Override
    public String apply(Long seed, Long millis) {
        EngineFuzzer fuzzer = new EngineFuzzer();
        SplittableRandom seeds = new SplittableRandom(seed);
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < end) {
            EngineFuzzer.Failure failure = fuzzer.program(seeds.nextLong());
            if (failure != null) {
                return "%s: %s, after %d programs".formatted(failure.mode(), failure.what(), fuzzer.report.programs);
            }
        }
        return "";
    }
}
