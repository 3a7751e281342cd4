package dev.ring3.cli;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * The branches that lead to an instruction, as lines of a table; what a loop repeats stands there once.
 *
 * @param insns the instructions of the program
 */
record PathText(InsnText insns) {
    /** Lines that are shown of a path if nobody asks for all. */
    private static final int LINES_MAX = 12;

    /** The longest piece of a path whose repetition is noticed, in steps. */
    private static final int PERIOD_MAX = 12;

    private static final int REPETITIONS_MIN = 3;

    /** Some steps that follow each other, once or more often. */
    record Piece(List<Verdict.PathStep> steps, int times) {}

    /** A line for each step, at most some; the last is the nearest. */
    List<String> lines(Verdict.Rejected rejected, boolean whole) {
        boolean beginsLater = rejected.pathSteps() > rejected.path().size();
        List<List<String>> rows = new ArrayList<>();
        for (Piece piece : pieces(rejected.path())) {
            boolean cut = beginsLater && rows.isEmpty();
            piece.steps().forEach(step -> rows.add(row(step)));
            if (piece.times() > 1) {
                rows.add(List.of("(%s%s%d times)"
                        .formatted(
                                piece.steps().size() == 1
                                        ? ""
                                        : "these %d, ".formatted(piece.steps().size()),
                                cut ? "more than " : "",
                                piece.times())));
            }
        }
        int hidden = whole ? 0 : Math.max(0, rows.size() - LINES_MAX);
        List<String> lines = new ArrayList<>();
        if (beginsLater || hidden > 0) {
            lines.add(hidden > 0 ? "... (-v shows more)" : "...");
        }
        lines.addAll(TextTable.lines(rows.subList(hidden, rows.size())));
        return lines;
    }

    /** Splits a path so that repetitions become visible. */
    static List<Piece> pieces(List<Verdict.PathStep> path) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        while (at < path.size()) {
            int period = 1;
            int times = 1;
            for (int length = 1; length <= PERIOD_MAX; length++) {
                int count = repetitions(path, at, length);
                if (count >= REPETITIONS_MIN && count * length > times * period) {
                    period = length;
                    times = count;
                }
            }
            pieces.add(new Piece(path.subList(at, at + period), times));
            at += period * times;
        }
        return pieces;
    }

    private static int repetitions(List<Verdict.PathStep> path, int from, int length) {
        int count = 0;
        for (int at = from; at + length <= path.size(); at += length) {
            if (!path.subList(at, at + length).equals(path.subList(from, from + length))) {
                break;
            }
            count++;
        }
        return count;
    }

    private List<String> row(Verdict.PathStep step) {
        return List.of(insns.at(step.slot()), way(step), insns.source(step.slot()));
    }

    /** What happened at a step, in a word or two. */
    String way(Verdict.PathStep step) {
        return switch (insns.program().subject().code().at(step.slot())) {
            case Insn.MayGoto _ -> step.taken() ? "enough" : "goes on";
            case Insn.CallLocal _ -> "enters";
            case Insn.Exit _ -> "returns";
            case Insn.CallHelper _, Insn.CallHost _, Insn.CallRegister _ -> step.taken() ? "once more" : "done";
            case Insn _ -> step.taken() ? "taken" : "not taken";
        };
    }
}
