package dev.ring3.hooks;

import dev.ring3.bpf.verifier.Verdict;
import java.util.List;

/** Why the verifier refused a program, in lines for its author. */
final class VerifierLog {
    /** Of a long way to the instruction, the last steps. */
    private static final int STEPS_MAX = 16;

    private VerifierLog() {}

    static String text(Verdict.Rejected verdict) {
        StringBuilder text = new StringBuilder();
        text.append("insn %d: %s [%s]%n"
                .formatted(verdict.slot(), verdict.problem(), verdict.rule().label()));
        verdict.registers().forEach(state -> text.append("  r%d: %s%n".formatted(state.register(), state.value())));
        List<Verdict.PathStep> path = verdict.path();
        if (!path.isEmpty()) {
            text.append("  on the way there, %d branches:".formatted(verdict.pathSteps()));
            path.subList(Math.max(0, path.size() - STEPS_MAX), path.size())
                    .forEach(step -> text.append(
                            step.taken()
                                    ? " insn %d jumps".formatted(step.slot())
                                    : " insn %d falls".formatted(step.slot())));
            text.append(System.lineSeparator());
        }
        if (!verdict.hint().isEmpty()) {
            text.append("  hint: ").append(verdict.hint()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
