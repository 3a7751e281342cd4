package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.Cell;
import dev.ring3.bench.bpf.BenchReport.ProgramResult;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.JsonText;
import java.util.List;
import java.util.Locale;

/** A report as JSON: within a version of the schema members may be added, and never change or go. */
final class ReportJson {
    private static final String SCHEMA = "ring3.bench.bpf/1";

    private ReportJson() {}

    static String of(BenchReport report) {
        BenchReport.Setting setting = report.setting();
        BenchOptions options = setting.options();
        return JsonText.ofSchema(SCHEMA)
                .put("kind", "bpf")
                .put("command", options.command())
                .put("machine", setting.machine().json())
                .put("load_after", setting.loadAfter())
                .put("compiler", setting.compiler())
                .put("method", setting.method())
                .put("forks", options.forks())
                .put("rounds", options.rounds())
                .put("batch_millis", options.batchMillis())
                .put("warm_up_millis", options.warmUpMillis())
                .put("seconds", setting.seconds())
                .putTexts("not_measured", setting.lacks())
                .putObjects(
                        "programs",
                        report.programs().stream().map(ReportJson::program).toList())
                .putObjects(
                        "maps",
                        report.maps().stream()
                                .map(map -> new JsonText()
                                        .put("map", map.kind())
                                        .put("operation", map.operation())
                                        .put("engine", map.engine())
                                        .put("threads", map.threads())
                                        .put("net_nanos", map.net())
                                        .put("nanos", map.nanos()))
                                .toList())
                .putObjects(
                        "load",
                        report.loads().stream()
                                .map(load -> new JsonText()
                                        .put("what", load.what())
                                        .put("unit", load.unit())
                                        .put("value", load.value()))
                                .toList())
                .putObjects(
                        "figures",
                        ReportFigures.of(report).stream().map(Figure::json).toList())
                .putObjects(
                        "goals", Goals.of(report).stream().map(ReportJson::goal).toList())
                .toString();
    }

    private static JsonText program(ProgramResult result) {
        JsonText json = new JsonText()
                .put("program", result.program().name())
                .put("group", result.program().group().name().toLowerCase(Locale.ROOT))
                .put("result", "0x%x".formatted(result.program().expected()));
        result.nativeNanos().ifPresent(nanos -> json.put("native_nanos", nanos));
        result.scalarNanos().ifPresent(nanos -> json.put("scalar_nanos", nanos));
        List<JsonText> engines = result.cells().stream().map(ReportJson::cell).toList();
        return json.putObjects("engines", engines);
    }

    private static JsonText cell(Cell cell) {
        JsonText json = new JsonText().put("engine", cell.engine());
        return switch (cell) {
            case Cell.Measured measured ->
                json.put("outcome", "measured")
                        .put("nanos", measured.nanos())
                        .put("to_native", measured.toNative())
                        .put("to_scalar", measured.toScalar())
                        .put("processor_share_least", measured.share());
            case Cell.Compared _ -> json.put("outcome", "compared");
            case Cell.Missing(String _, String why) ->
                json.put("outcome", "missing").put("why", why);
        };
    }

    private static JsonText goal(Goals.Goal goal) {
        JsonText json = new JsonText()
                .put("goal", goal.text())
                .put("at_most", goal.limit())
                .put("verdict", goal.verdict().toString());
        goal.measured().ifPresent(measured -> json.put("measured", measured));
        return json;
    }
}
