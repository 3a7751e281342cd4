package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.Cell;
import dev.ring3.bench.bpf.BenchReport.MapResult;
import dev.ring3.bench.bpf.BenchReport.ProgramResult;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report in the form that all benchmarks have, so that pages are made of it and it is compared with others. */
final class ReportFigures {
    private static final String NATIVE = "native";

    private ReportFigures() {}

    static List<Figure> of(BenchReport report) {
        List<Figure> figures = new ArrayList<>();
        report.programs().forEach(program -> add(program, figures));
        report.maps().forEach(map -> figures.add(figure(map)));
        report.loads()
                .forEach(load -> figures.add(Figure.of(
                        load.what(),
                        Engine.JIT.id(),
                        load.unit(),
                        Better.LESS,
                        load.value().values())));
        return figures;
    }

    private static void add(ProgramResult program, List<Figure> figures) {
        String group = "program " + program.program().name();
        program.nativeNanos()
                .ifPresent(nanos -> figures.add(Figure.of(group, NATIVE, "ns", Better.LESS, nanos.values())));
        program.scalarNanos()
                .ifPresent(nanos -> figures.add(Figure.of(group, "scalar", "ns", Better.LESS, nanos.values())));
        for (Cell cell : program.cells()) {
            if (cell instanceof Cell.Measured measured) {
                figures.add(Figure.of(
                                group,
                                measured.engine(),
                                "ns",
                                Better.LESS,
                                measured.nanos().values())
                        .withRatio(NATIVE, measured.toNative().values())
                        .withQuality(new Figure.Quality(measured.share(), 0)));
            }
        }
    }

    private static Figure figure(MapResult map) {
        return Figure.of(
                        "%s of %s, %d %s"
                                .formatted(
                                        map.operation(),
                                        map.kind(),
                                        map.threads(),
                                        map.threads() == 1 ? "thread" : "threads"),
                        map.engine(),
                        "ns net of the loop",
                        Better.LESS,
                        map.net().values())
                .withParameters(Map.of("threads", (double) map.threads()));
    }
}
