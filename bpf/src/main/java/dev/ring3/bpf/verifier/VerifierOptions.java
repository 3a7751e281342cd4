package dev.ring3.bpf.verifier;

import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How to verify.
 *
 * @param insnsMax instructions that are looked at before a program is refused as too complex
 * @param statesMax states that are kept at a time before it is refused
 * @param strictShifts refuse shifts by an immediate outside the width, as Linux does and RFC 9669 does not
 * @param observer is told each slot that is about to be looked at, and the state there in words; null for none
 */
public record VerifierOptions(
        long insnsMax,
        int statesMax,
        boolean strictShifts,
        @Nullable BiConsumer<Integer, Supplier<String>> observer) {
    /** The limit on instructions where none is set, as in the kernel ({@code BPF_COMPLEXITY_LIMIT_INSNS}). */
    public static final long INSNS_MAX_DEFAULT = 1_000_000;

    /** The limit on states where none is set: some hundred megabytes. */
    public static final int STATES_MAX_DEFAULT = 200_000;

    /** The defaults. */
    public static final VerifierOptions DEFAULT =
            new VerifierOptions(INSNS_MAX_DEFAULT, STATES_MAX_DEFAULT, false, null);

    /** These options with another limit on instructions. */
    public VerifierOptions withInsnsMax(long insns) {
        return new VerifierOptions(insns, statesMax, strictShifts, observer);
    }

    /** These options, with shifts as Linux has them. */
    public VerifierOptions withStrictShifts() {
        return new VerifierOptions(insnsMax, statesMax, true, observer);
    }

    /** These options with somebody who watches. */
    public VerifierOptions withObserver(BiConsumer<Integer, Supplier<String>> watcher) {
        return new VerifierOptions(insnsMax, statesMax, strictShifts, watcher);
    }
}
