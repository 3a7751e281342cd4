package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bench.measure.Comparison.Result;
import dev.ring3.bench.measure.Comparison.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The judge of regressions, on figures that scatter as those of real forks do: three per cent, and now and then much more. */
class ComparisonTest {
    private static final double NOISE = 0.03;
    private static final int FORKS = 10;
    private static final int FIGURES = 8;

    /** Forks of some figures; the first one is so many times as slow. */
    private static BenchDocument document(Random random, double first) {
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < FIGURES; i++) {
            List<Double> samples = new ArrayList<>();
            for (int fork = 0; fork < FORKS; fork++) {
                double outlier = random.nextInt(12) == 0 ? 1 + random.nextDouble() : 1;
                samples.add(100 * (i == 0 ? first : 1) * outlier * Math.exp(NOISE * random.nextGaussian()));
            }
            figures.add(Figure.of("figure " + i, "ring3", "ns", Figure.Better.LESS, samples));
        }
        return BenchDocumentTest.document(figures);
    }

    @Test
    void equalBuilds_overTwentyComparisons_areNeverCalledARegression() {
        Random random = new Random(2026);
        for (int i = 0; i < 20; i++) {
            assertThat(new Comparison(Comparison.THRESHOLD, false).of(document(random, 1), document(random, 1)))
                    .as("comparison %d", i)
                    .allMatch(result -> result.verdict() == Verdict.SAME);
        }
    }

    @Test
    void slowDownOf15PerCent_inOneEngine_isAlwaysFound_andNothingElse() {
        Random random = new Random(15);
        for (int i = 0; i < 20; i++) {
            List<Result> results =
                    new Comparison(Comparison.THRESHOLD, false).of(document(random, 1), document(random, 1.15));
            assertThat(results.getFirst().verdict())
                    .as("comparison %d: %s", i, results.getFirst())
                    .isEqualTo(Verdict.WORSE);
            assertThat(results.subList(1, results.size())).allMatch(result -> result.verdict() == Verdict.SAME);
            assertThat(results.getFirst().change()).isBetween(1.08, 1.25);
        }
    }

    @Test
    void speedUp_isNoRegression_andMoreOfWhatIsGoodIsNone() {
        Random random = new Random(3);
        assertThat(new Comparison(Comparison.THRESHOLD, false)
                        .of(document(random, 1.15), document(random, 1))
                        .getFirst()
                        .verdict())
                .isEqualTo(Verdict.BETTER);
        BenchDocument slow = rate(100);
        BenchDocument fast = rate(130);
        assertThat(new Comparison(Comparison.THRESHOLD, false)
                        .of(slow, fast)
                        .getFirst()
                        .verdict())
                .isEqualTo(Verdict.BETTER);
        assertThat(new Comparison(Comparison.THRESHOLD, false)
                        .of(fast, slow)
                        .getFirst()
                        .verdict())
                .isEqualTo(Verdict.WORSE);
    }

    private static BenchDocument rate(double value) {
        List<Double> samples = new ArrayList<>();
        for (int i = 0; i < FORKS; i++) {
            samples.add(value + i);
        }
        return BenchDocumentTest.document(List.of(Figure.of("reads", "ring3", "op/s", Figure.Better.MORE, samples)));
    }

    @Test
    void pairedForks_whatDisturbsBoth_isNotInTheResult() {
        List<Double> before = new ArrayList<>();
        List<Double> after = new ArrayList<>();
        Random random = new Random(8);
        for (int i = 0; i < FORKS; i++) {
            double weather = 1 + 3 * random.nextDouble();
            before.add(100 * weather * Math.exp(0.01 * random.nextGaussian()));
            after.add(112 * weather * Math.exp(0.01 * random.nextGaussian()));
        }
        BenchDocument a =
                BenchDocumentTest.document(List.of(Figure.of("x", "ring3", "ns", Figure.Better.LESS, before)));
        BenchDocument b = BenchDocumentTest.document(List.of(Figure.of("x", "ring3", "ns", Figure.Better.LESS, after)));
        assertThat(new Comparison(Comparison.THRESHOLD, false)
                        .of(a, b)
                        .getFirst()
                        .verdict())
                .isEqualTo(Verdict.SAME);
        assertThat(new Comparison(Comparison.THRESHOLD, true)
                        .of(a, b)
                        .getFirst()
                        .verdict())
                .isEqualTo(Verdict.WORSE);
    }

    @Test
    void ratios_areComparedAcrossMachines_valuesAreNot() {
        List<Double> ones = java.util.Collections.nCopies(FORKS, 1.0);
        List<Double> twos = java.util.Collections.nCopies(FORKS, 2.0);
        Figure value = Figure.of("a", "ring3", "ns", Figure.Better.LESS, ones);
        BenchDocument here = BenchDocumentTest.document(List.of(
                value, Figure.of("b", "ring3", "ns", Figure.Better.LESS, ones).withRatio("pread", ones)));
        BenchDocument base = BenchDocumentTest.document(List.of(
                value, Figure.of("b", "ring3", "ns", Figure.Better.LESS, ones).withRatio("pread", twos)));
        BenchDocument there = new BenchDocument(
                base.kind(),
                new BenchDocument.Setting(Map.of("processor", "another"), "x", "y", 10, 1, "0", 1),
                base.figures(),
                List.of());
        List<Result> results = new Comparison(Comparison.THRESHOLD, false).of(here, there);
        assertThat(results.get(0).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(results.get(0).why()).contains("two machines");
        assertThat(results.get(1).verdict()).isEqualTo(Verdict.WORSE);
        assertThat(results.get(1).change()).isEqualTo(2);
    }

    @Test
    void fewForks_missingFigures_areUndecided() {
        Figure few = Figure.of("few", "ring3", "ns", Figure.Better.LESS, List.of(1.0, 1.0));
        BenchDocument before = BenchDocumentTest.document(List.of(few));
        BenchDocument after = BenchDocumentTest.document(
                List.of(few, Figure.of("new", "ring3", "ns", Figure.Better.LESS, List.of(1.0))));
        assertThat(new Comparison(Comparison.THRESHOLD, false).of(before, after))
                .extracting(Result::verdict)
                .containsExactly(Verdict.UNDECIDED, Verdict.UNDECIDED);
    }
}
