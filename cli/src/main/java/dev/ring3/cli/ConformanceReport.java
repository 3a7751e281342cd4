package dev.ring3.cli;

import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.insn.ConformanceGroup;
import dev.ring3.bpf.insn.CpuVersion;
import dev.ring3.cli.suite.SuiteNeeds;
import dev.ring3.cli.suite.SuiteResult;
import dev.ring3.cli.suite.SuiteResult.Verdict;
import dev.ring3.cli.suite.SuiteRunner;
import dev.ring3.cli.suite.SuiteSelection;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What {@code bpf conformance} answers, as a table or as JSON. */
final class ConformanceReport {
    private static final String SCHEMA = "ring3.bpf.conformance/1";

    private final String directory;
    private final EngineKind engine;
    private final Verification verification;
    private final SuiteSelection selection;
    private final SuiteRunner.Purpose purpose;
    private final List<SuiteResult> results;

    ConformanceReport(
            String directory,
            EngineKind engine,
            Verification verification,
            SuiteSelection selection,
            SuiteRunner.Purpose purpose,
            List<SuiteResult> results) {
        this.directory = directory;
        this.engine = engine;
        this.verification = verification;
        this.selection = selection;
        this.purpose = purpose;
        this.results = results;
    }

    /** How many of some tests passed, failed and were skipped. */
    private record Counts(long passed, long failed, long skipped) {
        @Override
        public String toString() {
            return passed + failed + skipped == 0 ? "-" : "%d/%d/%d".formatted(passed, failed, skipped);
        }
    }

    private Counts count(Predicate<SuiteResult> which) {
        return new Counts(count(which, Verdict.PASSED), count(which, Verdict.FAILED), count(which, Verdict.SKIPPED));
    }

    private long count(Predicate<SuiteResult> which, Verdict verdict) {
        return results.stream()
                .filter(result -> result.verdict() == verdict && which.test(result))
                .count();
    }

    long failed() {
        return count(_ -> true).failed();
    }

    private static Predicate<SuiteResult> needs(Predicate<SuiteNeeds> what) {
        return result -> result.needs().filter(what).isPresent();
    }

    private List<ConformanceGroup> selectedGroups() {
        return selection.groups().stream().sorted().toList();
    }

    // As text.

    String text(boolean verbose) {
        StringBuilder text = new StringBuilder();
        text.append("%s: %d files%s, engine %s%s, CPU version %s, groups %s%n%n"
                .formatted(
                        directory,
                        results.size(),
                        purpose == SuiteRunner.Purpose.NEGATIVE ? " that must not pass" : "",
                        engine,
                        verification == Verification.REQUIRED ? " of verified programs" : "",
                        Names.of(selection.cpuVersion()),
                        selectedGroups().stream().map(Names::of).collect(Collectors.joining(" "))));
        appendTable(text);
        for (SuiteResult result : results) {
            if (verbose || result.verdict() == Verdict.FAILED) {
                text.append(line(result)).append('\n');
            }
        }
        Counts all = count(_ -> true);
        text.append("%d passed, %d failed, %d skipped%s%n"
                .formatted(
                        all.passed(),
                        all.failed(),
                        all.skipped(),
                        all.skipped() > 0 && !verbose ? " (-v says why)" : ""));
        return text.toString();
    }

    private String line(SuiteResult result) {
        String outcome = result.verdict() == Verdict.PASSED && purpose == SuiteRunner.Purpose.NEGATIVE
                ? "passed (%s)".formatted(result.outcome())
                : Names.of(result.verdict());
        return "%s: %s%s".formatted(outcome, result.file(), result.detail().isEmpty() ? "" : ": " + result.detail());
    }

    /** A row for each group, a column for each version that tests need; only rows that have a test. */
    private void appendTable(StringBuilder text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("needs"));
        for (CpuVersion version : CpuVersion.values()) {
            head.add(Names.of(version));
        }
        head.add("all");
        rows.add(head);
        for (ConformanceGroup group : ConformanceGroup.values()) {
            if (!count(needs(needs -> needs.groups().contains(group)))
                    .toString()
                    .equals("-")) {
                rows.add(row(Names.of(group), needs -> needs.groups().contains(group)));
            }
        }
        rows.add(row("any group", _ -> true));
        int[] widths = new int[head.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            text.append(row.getFirst()).repeat(' ', widths[0] - row.getFirst().length());
            for (int i = 1; i < widths.length; i++) {
                text.repeat(' ', widths[i] + 2 - row.get(i).length()).append(row.get(i));
            }
            text.append('\n');
        }
        text.append("(passed/failed/skipped, by the group and the CPU version that a test needs)\n\n");
    }

    private List<String> row(String name, Predicate<SuiteNeeds> which) {
        List<String> row = new ArrayList<>(List.of(name));
        for (CpuVersion version : CpuVersion.values()) {
            row.add(count(needs(needs -> which.test(needs) && needs.cpuVersion() == version))
                    .toString());
        }
        row.add(count(needs(which)).toString());
        return row;
    }

    // As JSON.

    String json(boolean verbose) {
        List<JsonObject> cells = new ArrayList<>();
        for (ConformanceGroup group : ConformanceGroup.values()) {
            for (CpuVersion version : CpuVersion.values()) {
                Counts counts = count(needs(needs -> needs.groups().contains(group) && needs.cpuVersion() == version));
                if (!counts.toString().equals("-")) {
                    cells.add(put(
                            counts,
                            new JsonObject().put("group", Names.of(group)).put("cpu_version", Names.of(version))));
                }
            }
        }
        JsonObject answer = JsonObject.ofSchema(SCHEMA)
                .put("directory", directory)
                .put("purpose", Names.of(purpose))
                .put("engine", engine.toString())
                .put("verified", verification == Verification.REQUIRED)
                .put("cpu_version", Names.of(selection.cpuVersion()))
                .putTexts("groups", selectedGroups().stream().map(Names::of).toList());
        put(count(_ -> true), answer).putObjects("needs", cells);
        return answer.putObjects(
                        "tests",
                        results.stream()
                                .filter(result -> verbose || result.verdict() == Verdict.FAILED)
                                .map(ConformanceReport::json)
                                .toList())
                .toString();
    }

    private static JsonObject put(Counts counts, JsonObject into) {
        return into.put("passed", counts.passed())
                .put("failed", counts.failed())
                .put("skipped", counts.skipped());
    }

    private static JsonObject json(SuiteResult result) {
        return new JsonObject()
                .put("file", result.file())
                .put("verdict", Names.of(result.verdict()))
                .put("outcome", result.outcome())
                .put("detail", result.detail());
    }
}
