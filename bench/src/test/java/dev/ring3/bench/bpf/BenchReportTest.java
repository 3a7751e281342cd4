package dev.ring3.bench.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ring3.bench.bpf.BenchOptions.Part;
import dev.ring3.bench.bpf.BenchReport.Cell;
import dev.ring3.bench.bpf.BenchReport.LoadResult;
import dev.ring3.bench.bpf.BenchReport.MapResult;
import dev.ring3.bench.bpf.BenchReport.ProgramResult;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Spread;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reports of measurements that were made up. */
class BenchReportTest {
    private static final Machine MACHINE =
            new Machine("a processor", 2, "8000", "never", "Linux", "a JVM", "", "none", Instant.EPOCH, "0.10");

    private static BenchOptions options(int forks) {
        return new BenchOptions(
                EnumSet.allOf(Part.class),
                List.of(),
                List.of(),
                List.of("peer=run it"),
                forks,
                15,
                10,
                700,
                2,
                "",
                List.of(),
                "");
    }

    /** Programs whose native code takes 100 ns, scalar 200 ns, and the engines so many times as long as native code. */
    private static BenchReport report(double jit, double lcg, double checked, double kernel, List<ProgramResult> more) {
        List<ProgramResult> programs = new ArrayList<>();
        for (BenchProgram program : BenchProgram.ALL) {
            if (Means.isCompute(program)) {
                double verified = program.name().equals("lcg") ? lcg : jit;
                programs.add(new ProgramResult(
                        program,
                        Optional.of(Spread.of(100)),
                        Optional.of(Spread.of(200)),
                        List.of(
                                measured("jit", verified),
                                measured("jit-checked", verified * checked),
                                measured("kernel", kernel),
                                new Cell.Missing("chicory", "no wasm-ld"),
                                new Cell.Compared("peer"))));
            }
        }
        programs.addAll(more);
        return new BenchReport(
                new BenchReport.Setting(MACHINE, options(3), "somehow", "0.20", "clang", List.of("a thing"), 5),
                programs,
                List.of(
                        new MapResult("hash", "lookup", "jit", 1, Spread.of(7), Spread.of(5)),
                        new MapResult("hash", "lookup", "jit", 2, Spread.of(14), Spread.of(12))),
                List.of(new LoadResult("first-result", "us", Spread.of(2500))));
    }

    private static Cell measured(String engine, double ratio) {
        return new Cell.Measured(engine, Spread.of(100 * ratio), Spread.of(ratio), Spread.of(ratio / 2), 0.99);
    }

    private static Goals.Goal goal(BenchReport report, String text) {
        return Goals.of(report).stream()
                .filter(goal -> goal.text().contains(text))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void goals_fastEverywhere_areReached() {
        BenchReport report = report(1.1, 1.1, 1.2, 1.7, List.of());
        assertThat(goal(report, "six compute programs, to clang -O2").verdict()).isEqualTo(Goals.Verdict.REACHED);
        assertThat(goal(report, "JIT checked").measured().orElseThrow()).isEqualTo(1.2, within(1e-9));
        assertThat(goal(report, "to Linux JIT").measured().orElseThrow()).isEqualTo(1.1 / 1.7, within(1e-9));
        assertThat(goal(report, "first result").measured().orElseThrow()).isEqualTo(2.5);
        assertThat(goal(report, "lookup in a hash map").verdict()).isEqualTo(Goals.Verdict.REACHED);
    }

    @Test
    void goals_slow_areMissed() {
        BenchReport report = report(1.5, 0.1, 1.4, 1.2, List.of());
        assertThat(goal(report, "six compute programs, to clang -O2").verdict()).isEqualTo(Goals.Verdict.REACHED);
        assertThat(goal(report, "without lcg").measured().orElseThrow()).isEqualTo(1.5, within(1e-9));
        assertThat(goal(report, "JIT checked").verdict()).isEqualTo(Goals.Verdict.MISSED);
        assertThat(goal(report, "2 threads").verdict()).isEqualTo(Goals.Verdict.MISSED);
        assertThat(report.reachedAllGoals()).isFalse();
    }

    @Test
    void goals_notMeasured_areNotJudged() {
        BenchReport report = report(1.1, 1.1, 1.1, 1.2, List.of());
        assertThat(goal(report, "to Chicory").verdict()).isEqualTo(Goals.Verdict.NOT_MEASURED);
        assertThat(goal(report, "interpreter").verdict()).isEqualTo(Goals.Verdict.NOT_MEASURED);
        assertThat(goal(report, "to peer").verdict()).isEqualTo(Goals.Verdict.NOT_MEASURED);
    }

    @Test
    void means_withoutBestAndWorst_nameThem() {
        Means means = Means.of(
                        report(2, 0.25, 1, 1, List.of()),
                        "jit",
                        Means::isCompute,
                        cell -> cell.toNative().median())
                .orElseThrow();
        assertThat(means.best()).isEqualTo("lcg");
        assertThat(means.withoutBest()).isEqualTo(2, within(1e-9));
        assertThat(means.all()).isLessThan(2).isGreaterThan(means.withoutWorst());
    }

    @Test
    void text_namesEverythingThatIsMissing() {
        String text = report(1.1, 1.1, 1.1, 1.2, List.of()).text();
        assertThat(text)
                .contains("not measured: a thing", "not measured: siphash in Chicory (WebAssembly): no wasm-ld")
                .contains("right, no time")
                .contains("somehow")
                .contains("a processor, 2 processors");
    }

    @Test
    void json_hasSchemaAndNumbers() {
        assertThat(report(1.1, 1.1, 1.1, 1.2, List.of()).json())
                .startsWith("{\n  \"schema\": \"ring3.bench.bpf/1\"")
                .contains(
                        "\"program\": \"siphash\"",
                        "\"to_native\"",
                        "\"verdict\": \"reached\"",
                        "\"why\": \"no wasm-ld\"");
    }

    @Test
    void wrongResult_makesTheReportInconsistent() {
        ProgramResult wrong = new ProgramResult(
                BenchProgram.named("sort"),
                Optional.empty(),
                Optional.empty(),
                List.of(new Cell.Missing("jit", ProgramsPart.WRONG + " 0x1 instead of 0x2")));
        assertThat(report(1, 1, 1, 1, List.of(wrong)).isConsistent()).isFalse();
        assertThat(report(1, 1, 1, 1, List.of()).isConsistent()).isTrue();
    }
}
