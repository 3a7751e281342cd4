package dev.ring3.bench.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bench.baseline.Baseline.Judged;
import dev.ring3.bench.io.IoBench;
import dev.ring3.bench.io.IoEngine;
import dev.ring3.bench.io.IoPattern;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import dev.ring3.bench.measure.JsonNode;
import dev.ring3.bench.measure.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BaselineTest {
    private static final Path FILE = Path.of(System.getProperty("ring3.root", ".."), "bench", "baseline.json");

    private static Baseline baseline(double cost, double speed) {
        return Baseline.of(
                Map.of("processor", "one"),
                List.of(
                        Figure.of("read", "ring3", "ns", Better.LESS, List.of(1.0))
                                .withRatio("pread", List.of(cost)),
                        Figure.of("stream", "ring3", "MiB/s", Better.MORE, List.of(1.0))
                                .withRatio("direct", List.of(speed)),
                        Figure.of("read", "pread", "ns", Better.LESS, List.of(5.0))));
    }

    @Test
    void figures_withoutARatio_areNotKept() {
        assertThat(baseline(0.1, 0.9).entries())
                .extracting(Baseline.Entry::name)
                .containsExactly("read, ring3 to pread", "stream, ring3 to direct");
    }

    @Test
    void ratios_worseThanTheMargin_areFoundInEitherDirection() {
        assertThat(worse(baseline(0.1, 0.9), baseline(0.19, 0.5))).isEmpty();
        assertThat(worse(baseline(0.1, 0.9), baseline(0.21, 0.9))).containsExactly("read");
        assertThat(worse(baseline(0.1, 0.9), baseline(0.1, 0.4))).containsExactly("stream");
        assertThat(worse(baseline(0.1, 0.9), baseline(0.01, 9))).isEmpty();
    }

    @Test
    void ratio_notMeasured_isNoRegressionAndSaysSo() {
        List<Judged> judged = baseline(0.1, 0.9).judge(new Baseline(Map.of(), List.of()));
        assertThat(judged).noneMatch(one -> one.isWorseThan(Baseline.MARGIN));
        assertThat(Baseline.text(judged, Baseline.MARGIN)).contains("not now   read, ring3 to pread: -, was 0.100");
    }

    @Test
    void best_ofTwoMeasurements_isTheBetterOfEach() {
        assertThat(baseline(0.3, 0.9).best(baseline(0.1, 0.2)).entries())
                .isEqualTo(baseline(0.1, 0.9).entries());
    }

    @Test
    void file_writtenAndRead_isTheSame() {
        assertThat(Baseline.parse(baseline(0.1, 0.9).json())).isEqualTo(baseline(0.1, 0.9));
        assertThatThrownBy(() -> Baseline.parse("{\"schema\": \"x\"}")).isInstanceOf(JsonNode.FormException.class);
    }

    @Test
    void fileOfTheSources_hasRatiosOfEveryPart() throws Exception {
        Baseline file = Baseline.parse(Files.readString(FILE));
        assertThat(file.entries())
                .extracting(Baseline.Entry::subject)
                .contains("ring3-cache", "ring3", "jit", "jit-checked", "interpreter");
    }

    /** Minutes; the margin is wide, and what seems worse is measured twice, so that a busy machine does not fail it. */
    @Test
    void ratios_now_areNotSeveralTimesWorseThanTheFile() throws Exception {
        assumeTrue(Boolean.getBoolean("ring3.long"), "a measurement of minutes: -Dring3.long=true");
        List<Judged> judged =
                BaselineBench.judge(Baseline.parse(Files.readString(FILE)), Baseline.MARGIN, System.out::println);
        System.out.print(Baseline.text(judged, Baseline.MARGIN));
        assertThat(judged).filteredOn(one -> one.isWorseThan(Baseline.MARGIN)).isEmpty();
        assertThat(judged).anyMatch(one -> one.now().isPresent());
    }

    /** The control, by a real measurement: the cache as slow as the whole volume, which has all its checks before it. */
    @Test
    void ratio_ofACacheAsSlowAsAVolume_isFoundWorse() throws Exception {
        assumeTrue(Boolean.getBoolean("ring3.long"), "a measurement: -Dring3.long=true");
        List<Figure> figures;
        try (Scratch scratch = Scratch.create()) {
            figures = IoBench.run(BaselineBench.io(IoPattern.RANDREAD, IoEngine.RING3, scratch), System.out::println)
                    .document()
                    .figures();
        }
        List<Figure> slow = figures.stream()
                .filter(figure -> figure.subject().equals(IoEngine.RING3.id())
                        && figure.unit().startsWith("ns"))
                .map(figure -> Figure.of(
                                figure.group(),
                                IoEngine.RING3_CACHE.id(),
                                figure.unit(),
                                figure.better(),
                                figure.samples())
                        .withRatio("pread", figure.ratio().orElseThrow().samples()))
                .toList();
        List<Judged> judged = Baseline.parse(Files.readString(FILE)).judge(Baseline.of(Map.of(), slow)).stream()
                .filter(one -> one.now().isPresent())
                .toList();
        System.out.print(Baseline.text(judged, Baseline.MARGIN));
        assertThat(judged).isNotEmpty().allMatch(one -> one.isWorseThan(Baseline.MARGIN));
    }

    private static List<String> worse(Baseline before, Baseline now) {
        return before.judge(now).stream()
                .filter(one -> one.isWorseThan(Baseline.MARGIN))
                .map(one -> one.entry().group())
                .toList();
    }
}
