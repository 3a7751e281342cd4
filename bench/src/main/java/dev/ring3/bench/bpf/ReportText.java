package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.Cell;
import dev.ring3.bench.bpf.BenchReport.MapResult;
import dev.ring3.bench.bpf.BenchReport.ProgramResult;
import dev.ring3.bench.measure.Numbers;
import dev.ring3.bench.measure.Spread;
import dev.ring3.bench.measure.TextColumns;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A report as tables for a terminal. */
final class ReportText {
    private final BenchReport report;
    private final StringBuilder text = new StringBuilder();

    ReportText(BenchReport report) {
        this.report = report;
    }

    /** What people call an engine or a peer. */
    static String title(String engine) {
        return Engine.ids().contains(engine) ? Engine.of(engine).title() : engine;
    }

    String text() {
        BenchReport.Setting setting = report.setting();
        text.append(setting.machine()).append("; ").append(setting.loadAfter()).append(" afterwards\n");
        if (!setting.compiler().isEmpty()) {
            text.append(setting.compiler()).append('\n');
        }
        if (Goals.isShort(setting.options())) {
            text.append(
                    "Measured too shortly to say anything of speed: HotSpot was not done, and goals are not judged.\n");
        }
        programs();
        maps();
        loads();
        goals();
        setting.lacks()
                .forEach(lack -> text.append("not measured: ").append(lack).append('\n'));
        report.programs()
                .forEach(result -> result.cells().stream()
                        .filter(cell -> cell instanceof Cell.Missing)
                        .map(cell -> (Cell.Missing) cell)
                        .forEach(cell -> text.append("not measured: %s in %s: %s%n"
                                .formatted(result.program().name(), title(cell.engine()), cell.why()))));
        text.append('\n').append(TextColumns.wrapped(setting.method()));
        return text.append("%d s in all.%n".formatted(setting.seconds())).toString();
    }

    private void heading(String what) {
        text.append('\n').append(what).append('\n');
    }

    private List<String> engines() {
        Set<String> engines = new LinkedHashSet<>();
        report.programs().forEach(result -> result.cells().forEach(cell -> engines.add(cell.engine())));
        return List.copyOf(engines);
    }

    private void programs() {
        if (report.programs().isEmpty()) {
            return;
        }
        heading("Programs: times as long as native code by clang -O2 (least to most of the forks); smaller is faster");
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("program", "native", "scalar"));
        engines().forEach(engine -> head.add(title(engine)));
        rows.add(head);
        for (ProgramResult result : report.programs()) {
            List<String> row = new ArrayList<>(List.of(result.program().name()));
            row.add(result.nativeNanos()
                    .map(nanos -> Numbers.time(nanos.median()))
                    .orElse("-"));
            row.add(scalar(result));
            for (String engine : engines()) {
                row.add(result.cells().stream()
                        .filter(cell -> cell.engine().equals(engine))
                        .map(ReportText::cell)
                        .findFirst()
                        .orElse("-"));
            }
            rows.add(row);
        }
        table(rows);
        heading("Geometric means over the same programs (without the best, without the worst of each engine)");
        means();
    }

    private static String scalar(ProgramResult result) {
        Optional<Spread> scalar = result.scalarNanos();
        return scalar.isPresent() && result.nativeNanos().isPresent()
                ? Numbers.three(
                        scalar.get().median() / result.nativeNanos().get().median())
                : "-";
    }

    private static String cell(Cell cell) {
        return switch (cell) {
            case Cell.Measured measured -> Numbers.range(measured.toNative());
            case Cell.Compared _ -> "right, no time";
            case Cell.Missing _ -> "-";
        };
    }

    private void means() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "engine",
                "six compute, to -O2",
                "six compute, to scalar",
                "all but the short, to -O2",
                "the same, to scalar"));
        for (String engine : engines()) {
            rows.add(List.of(
                    title(engine),
                    mean(Means.of(
                            report,
                            engine,
                            Means::isCompute,
                            cell -> cell.toNative().median())),
                    mean(Means.of(
                            report,
                            engine,
                            Means::isCompute,
                            cell -> cell.toScalar().median())),
                    mean(Means.of(
                            report,
                            engine,
                            Means::isLong,
                            cell -> cell.toNative().median())),
                    mean(Means.of(
                            report,
                            engine,
                            Means::isLong,
                            cell -> cell.toScalar().median()))));
        }
        table(rows);
    }

    private static String mean(Optional<Means> means) {
        return means.map(of -> "%s (%s without %s, %s without %s)"
                        .formatted(
                                Numbers.three(of.all()),
                                Numbers.three(of.withoutBest()),
                                of.best(),
                                Numbers.three(of.withoutWorst()),
                                of.worst()))
                .orElse("-");
    }

    private void maps() {
        if (report.maps().isEmpty()) {
            return;
        }
        heading(
                "Maps: ns for one operation in a program, less the loop around it (with it; least to most of the forks)");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("map", "operation", "threads", "engine", "net", "with the loop"));
        for (MapResult result : report.maps()) {
            rows.add(List.of(
                    result.kind(),
                    result.operation(),
                    Integer.toString(result.threads()),
                    title(result.engine()),
                    Numbers.range(result.net()),
                    Numbers.three(result.nanos().median())));
        }
        table(rows);
    }

    private void loads() {
        if (report.loads().isEmpty()) {
            return;
        }
        heading("Loading programs");
        List<List<String>> rows = new ArrayList<>();
        report.loads().forEach(load -> rows.add(List.of(load.what(), Numbers.range(load.value()), load.unit())));
        table(rows);
    }

    private void goals() {
        heading("Goals");
        List<List<String>> rows = new ArrayList<>();
        for (Goals.Goal goal : Goals.of(report)) {
            rows.add(List.of(
                    goal.verdict().toString(),
                    goal.measured().isPresent() ? Numbers.three(goal.measured().getAsDouble()) : "-",
                    "at most " + Numbers.three(goal.limit()),
                    goal.text()));
        }
        table(rows);
    }

    private void table(List<List<String>> rows) {
        text.append(TextColumns.of(rows)).append('\n');
    }
}
