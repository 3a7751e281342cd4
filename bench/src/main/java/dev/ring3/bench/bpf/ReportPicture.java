package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.Cell;
import dev.ring3.bench.bpf.BenchReport.ProgramResult;
import dev.ring3.bench.measure.Spread;
import dev.ring3.bench.measure.SvgBars;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A report's programs as a picture: for each one bars of the engines, relative to native code, and their means. */
final class ReportPicture {
    /** It is tens of times slower and would leave the others no room. */
    private static final Engine LEFT_OUT = Engine.INTERPRETER;

    private ReportPicture() {}

    static String of(BenchReport report) {
        Set<String> found = new LinkedHashSet<>();
        report.programs()
                .forEach(result -> result.cells().stream()
                        .filter(cell -> cell instanceof Cell.Measured)
                        .filter(cell -> !cell.engine().equals(LEFT_OUT.id()))
                        .forEach(cell -> found.add(cell.engine())));
        List<String> engines = List.copyOf(found);
        List<String> series = new ArrayList<>();
        engines.forEach(engine -> series.add(ReportText.title(engine)));
        series.add("scalar native code");
        List<SvgBars.Group> groups = new ArrayList<>();
        mean(report, engines).ifPresent(groups::add);
        for (ProgramResult result : report.programs()) {
            List<SvgBars.Bar> bars = new ArrayList<>();
            for (int i = 0; i < engines.size(); i++) {
                int number = i;
                result.of(engines.get(i))
                        .filter(cell -> cell.toNative().least() > 0)
                        .ifPresent(cell -> bars.add(new SvgBars.Bar(number, cell.toNative())));
            }
            if (result.nativeNanos().isPresent() && result.scalarNanos().isPresent()) {
                double ratio = result.scalarNanos().get().median()
                        / result.nativeNanos().get().median();
                bars.add(new SvgBars.Bar(engines.size(), Spread.of(ratio)));
            }
            if (!bars.isEmpty()) {
                groups.add(new SvgBars.Group(result.program().name(), bars));
            }
        }
        BenchReport.Setting setting = report.setting();
        return new SvgBars(
                        "BPF programs: time relative to native code (clang -O2)",
                        "Shorter is faster, 1 is native code; the line goes from the least to the most of %d forks. %s"
                                .formatted(setting.options().forks(), setting.machine()),
                        series)
                .draw(groups);
    }

    private static Optional<SvgBars.Group> mean(BenchReport report, List<String> engines) {
        List<SvgBars.Bar> bars = new ArrayList<>();
        for (int i = 0; i < engines.size(); i++) {
            int number = i;
            Means.of(
                            report,
                            engines.get(i),
                            Means::isCompute,
                            cell -> cell.toNative().median())
                    .ifPresent(means -> bars.add(new SvgBars.Bar(number, Spread.of(means.all()))));
        }
        return bars.isEmpty() ? Optional.empty() : Optional.of(new SvgBars.Group("mean of six", bars));
    }
}
