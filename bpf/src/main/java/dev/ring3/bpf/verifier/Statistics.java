package dev.ring3.bpf.verifier;

/**
 * What verification took.
 *
 * @param insnsInProgram instructions of the program
 * @param insnsProcessed instructions looked at, each as often as paths lead through it
 * @param statesTotal states that were kept for comparison
 * @param statesPeak the most states kept at a time
 * @param stackBytes the deepest stack of the program, all active functions together
 * @param nanos time taken
 */
public record Statistics(
        int insnsInProgram, long insnsProcessed, int statesTotal, int statesPeak, int stackBytes, long nanos) {}
