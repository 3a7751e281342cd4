package dev.ring3.hooks;

import java.util.List;

/**
 * A program of an attached object, instruction by instruction, with what the verifier knew of it.
 *
 * @param name of its function
 * @param section what it is asked about
 * @param insns its instructions in order
 * @param looks how many instructions the verifier looked at, each as often as paths lead through it
 * @param states how many states it kept to compare others with
 * @param stackBytes how deep the stack gets at most
 * @param nanos how long the verifier took
 */
public record ProgramListing(
        String name, String section, List<Line> insns, long looks, int states, int stackBytes, long nanos) {
    /**
     * An instruction.
     *
     * @param slot where it stands; instructions of 16 bytes take two
     * @param text in LLVM's dialect
     * @param refersTo the function or map that it refers to by number; empty for none
     * @param sourceLine the line of the C file that it was made from; 0 if the object does not say
     * @param source the text of that line
     * @param looks how often the verifier looked at it
     * @param known what the verifier knew before it, when it looked first: a line for each register and part of the stack
     */
    public record Line(
            int slot, String text, String refersTo, int sourceLine, String source, int looks, List<String> known) {
        public Line {
            known = List.copyOf(known);
        }
    }

    public ProgramListing {
        insns = List.copyOf(insns);
    }
}
