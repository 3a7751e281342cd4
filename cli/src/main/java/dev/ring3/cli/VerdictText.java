package dev.ring3.cli;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.object.LinkedFunction;
import dev.ring3.bpf.object.SourceLine;
import dev.ring3.bpf.verifier.Rule;
import dev.ring3.bpf.verifier.Statistics;
import dev.ring3.bpf.verifier.Verdict;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Verdicts for people to read.
 *
 * @param dialect how to write instructions
 * @param verbose show paths as long as they are known
 */
record VerdictText(Dialect dialect, boolean verbose) {
    private static final String INDENT = "    ";
    private static final int COLUMNS = 100;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Pattern OTHER_INSN = Pattern.compile("\\binsn (\\d{1,9})\\b");

    /** The verdict on one program. */
    String of(Candidate.Complete program, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted accepted -> head(program, "accepted") + INDENT + text(accepted.statistics()) + '\n';
            case Verdict.Rejected rejected -> head(program, "refused") + refusal(program, rejected);
        };
    }

    /** A program that there is no verdict on. */
    static String of(Candidate.Broken program) {
        return "%s (section %s): refused\n\n%s\n"
                .formatted(
                        program.name(), program.section(), program.rejection().text());
    }

    private static String head(Candidate.Complete program, String verdict) {
        String section = program.section().isEmpty() ? "" : "section %s, ".formatted(program.section());
        String head = "%s (%stype %s): %s\n"
                .formatted(program.name(), section, program.subject().type().name(), verdict);
        return program.note().isEmpty() ? head : head + "%s(%s)\n".formatted(INDENT, program.note());
    }

    private static String text(Statistics statistics) {
        return "%s, %s over all paths, %s kept (%d at a time), %s of stack, %s ms"
                .formatted(
                        count(statistics.insnsInProgram(), "instruction"),
                        count(statistics.insnsProcessed(), "step"),
                        count(statistics.statesTotal(), "state"),
                        statistics.statesPeak(),
                        count(statistics.stackBytes(), "byte"),
                        String.format(Locale.ROOT, "%.1f", statistics.nanos() / NANOS_PER_MILLI));
    }

    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private String refusal(Candidate.Complete program, Verdict.Rejected rejected) {
        InsnText insns = new InsnText(program, dialect);
        StringBuilder text = new StringBuilder("\n");
        SourceLine line = program.lines().apply(rejected.slot()).orElse(null);
        text.append(line == null ? "" : place(line) + ": ");
        program.functionAt(rejected.slot())
                .map(LinkedFunction::name)
                .ifPresent(name -> text.append("in ").append(name).append(": "));
        text.append(rejected.problem()).append('\n');
        text.append(line == null ? "" : excerpt(line));
        text.append("insn ").append(insns.at(rejected.slot())).append('\n');
        for (Verdict.RegisterState register : rejected.registers()) {
            text.append("%sr%d: %s\n".formatted(INDENT, register.register(), register.value()));
        }
        OTHER_INSN
                .matcher(rejected.problem())
                .results()
                .map(found -> Integer.parseInt(found.group(1)))
                .filter(slot ->
                        slot != rejected.slot() && program.subject().code().isInsn(slot))
                .distinct()
                .forEach(slot -> text.append("insn %s  %s"
                                .formatted(insns.at(slot), insns.source(slot))
                                .stripTrailing())
                        .append('\n'));
        if (!rejected.path().isEmpty()) {
            text.append("\nThe path to it, %s:\n".formatted(count(rejected.pathSteps(), "step")));
            new PathText(insns)
                    .lines(rejected, verbose)
                    .forEach(step -> text.append(INDENT).append(step).append('\n'));
        }
        text.append('\n')
                .append(wrapped("Rule: %s (%s)."
                        .formatted(RuleText.of(rejected.rule()), rejected.rule().label())));
        String help = help(program, rejected);
        return text.append(help.isEmpty() ? "" : wrapped("Help: " + help)).toString();
    }

    private static String help(Candidate.Complete program, Verdict.Rejected rejected) {
        String more = switch (rejected.rule()) {
            case FIELD, FORBIDDEN_FUNCTION, RESULT ->
                "'ring3 bpf types %s' says what such programs may do."
                        .formatted(program.subject().type().name());
            case Rule _ -> "";
        };
        String hint = rejected.hint().isEmpty() ? "" : rejected.hint() + ".";
        return hint.isEmpty() || more.isEmpty() ? hint + more : hint + " " + more;
    }

    /** Lines of at most so many columns, indented but for the first. */
    private static String wrapped(String text) {
        StringBuilder lines = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ", -1)) {
            if (column + word.length() > COLUMNS) {
                lines.append('\n').append(INDENT);
                column = INDENT.length();
            } else if (column > 0) {
                lines.append(' ');
                column++;
            }
            lines.append(word);
            column += word.length();
        }
        return lines.append('\n').toString();
    }

    /** The place as compilers print it; below the working directory, where people look from. */
    private static String place(SourceLine line) {
        String here = Path.of("").toAbsolutePath() + "/";
        String file = line.file().startsWith(here) ? line.file().substring(here.length()) : line.file();
        return "%s:%d:%d".formatted(file, line.line(), line.column());
    }

    /** The line, and a caret below the column. */
    private static String excerpt(SourceLine line) {
        if (line.text().isBlank()) {
            return "";
        }
        String margin = "%5d | ".formatted(line.line());
        StringBuilder text =
                new StringBuilder(margin).append(line.text().stripTrailing()).append('\n');
        if (line.column() >= 1 && line.column() <= line.text().length()) {
            // Tabs stay tabs, so that the caret stands below its column whatever their width.
            text.repeat(' ', margin.length() - 2)
                    .append("| ")
                    .append(line.text().substring(0, line.column() - 1).replaceAll("[^\t]", " "))
                    .append("^\n");
        }
        return text.toString();
    }
}
