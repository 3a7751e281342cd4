package dev.ring3.bpf.verifier;

import java.io.Serial;

/** A program was to be loaded that the verifier refuses. */
public final class RejectedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Verdict.Rejected verdict;

    /**
     * The refusal of a program.
     *
     * @param name the program's name
     * @param text what stands at the instruction, for the message
     */
    public RejectedException(String name, Verdict.Rejected verdict, String text) {
        super("program %s: insn %d: %s: %s [%s]"
                .formatted(
                        name,
                        verdict.slot(),
                        text,
                        verdict.problem(),
                        verdict.rule().label()));
        this.verdict = verdict;
    }

    /** The refusal. */
    public Verdict.Rejected verdict() {
        return verdict;
    }
}
