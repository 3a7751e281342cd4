package dev.ring3.bpf.verifier;

import java.io.Serial;

/**
 * How a broken rule leaves the depths of the verifier; {@link Verifier} makes the verdict of it. It never leaves the
 * package, and has no stack trace.
 */
final class Refusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    final Rule rule;
    final String problem;
    final String hint;
    final int[] registers;

    /**
     * A broken rule.
     *
     * @param hint how programs usually fix it; empty if there is nothing to say
     * @param registers those that matter
     */
    Refusal(Rule rule, String problem, String hint, int... registers) {
        super(problem, null, false, false);
        this.rule = rule;
        this.problem = problem;
        this.hint = hint;
        this.registers = registers;
    }
}
