package dev.ring3.bench.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Tells whether a figure got worse between two documents, or only differs as figures do.
 *
 * <p>What is compared are ratios to a neighbour within one run where a figure has one: those keep their meaning from one
 * machine to the next. Where it has none, its values, and only between documents of one machine. The forks of both are resampled
 * (Efron's bootstrap, {@value #RESAMPLES} times): each time a mean of so many forks drawn with replacement, without the
 * quarter on each side; before, forks that lie more than {@value #FENCE} deviations (by the median deviation) from the median are
 * taken to be there. Both are against single forks that something disturbed. Where forks of both documents ran in turn, the i-th of
 * one next to the i-th of the other, it is their quotients that are drawn, so that what disturbs both is not in it.
 *
 * <p>It is a regression if the whole interval lies beyond the threshold. The interval holds the change in all but 5 % of
 * comparisons of <em>whole documents</em>: by Bonferroni's rule it is wider the more figures there are.
 */
public final class Comparison {
    /** Fewer forks say nothing: processes differ among themselves in where memory and code come to lie. */
    public static final int FORKS_MIN = 10;

    /** What a change has to be more than by itself, unless somebody says otherwise. */
    public static final double THRESHOLD = 0.03;

    private static final int RESAMPLES = 6_000;
    private static final double WRONG_MAX = 0.05;
    private static final double TAIL_RESAMPLES_MIN = 5;
    private static final int SEED = 11;
    private static final double FENCE = 3;

    /** How many times as great the standard deviation of a normal distribution is as its median deviation. */
    private static final double DEVIATION_BY_MEDIAN = 1.4826;

    private final double threshold;
    private final boolean paired;

    /**
     * Of figures.
     *
     * @param threshold what is no more than this part is no regression, however sure it is: {@link #THRESHOLD}
     * @param paired whether the forks of both ran in turn
     */
    public Comparison(double threshold, boolean paired) {
        this.threshold = threshold;
        this.paired = paired;
    }

    /** What became of a figure. */
    public enum Verdict {
        WORSE,
        BETTER,
        /** Any change is within the threshold, or cannot be told from none. */
        SAME,
        /** Too few forks, another machine, or one of the documents does not have it. */
        UNDECIDED
    }

    /**
     * A figure in both.
     *
     * @param change how many times as much as before, the middle of the interval; 1 where nothing can be said
     * @param low least of the interval
     * @param high greatest of the interval
     * @param why said where it is undecided
     */
    public record Result(
            String name, String basis, double change, double low, double high, Verdict verdict, String why) {}

    /** All figures of either document. */
    public List<Result> of(BenchDocument before, BenchDocument after) {
        boolean sameMachine = machine(before).equals(machine(after));
        long common = before.figures().stream()
                .filter(figure -> counterpart(figure, after).isPresent())
                .count();
        List<Result> results = new ArrayList<>();
        for (Figure old : before.figures()) {
            Optional<Figure> now = counterpart(old, after);
            results.add(
                    now.isEmpty()
                            ? undecided(old, "the second document does not have it")
                            : compare(old, now.get(), sameMachine, common));
        }
        after.figures().stream()
                .filter(figure -> counterpart(figure, before).isEmpty())
                .forEach(figure -> results.add(undecided(figure, "the first document does not have it")));
        return results;
    }

    private static Optional<Figure> counterpart(Figure figure, BenchDocument in) {
        return in.figure(figure.group(), figure.subject(), figure.unit());
    }

    private static List<String> machine(BenchDocument document) {
        Map<String, String> words = document.setting().machine();
        return List.of(
                words.getOrDefault("processor", ""),
                words.getOrDefault("processors", ""),
                words.getOrDefault("kernel", ""));
    }

    private static Result undecided(Figure figure, String why) {
        return new Result(figure.name(), "", 1, 1, 1, Verdict.UNDECIDED, why);
    }

    private Result compare(Figure old, Figure now, boolean sameMachine, long figures) {
        boolean ratios = old.ratio().isPresent()
                && now.ratio().isPresent()
                && old.ratio().get().to().equals(now.ratio().get().to());
        if (!ratios && !sameMachine) {
            return undecided(now, "there is no ratio, and values of two machines cannot be compared");
        }
        List<Double> a = ratios ? old.ratio().orElseThrow().samples() : old.samples();
        List<Double> b = ratios ? now.ratio().orElseThrow().samples() : now.samples();
        if (Math.min(a.size(), b.size()) < FORKS_MIN) {
            return undecided(now, "%d and %d forks, of each %d are needed".formatted(a.size(), b.size(), FORKS_MIN));
        }
        if (!positive(a) || !positive(b)) {
            return undecided(now, "a value that is not above 0");
        }
        double[] interval = interval(a, b, WRONG_MAX / Math.max(1, figures));
        String basis = ratios ? "to " + now.ratio().orElseThrow().to() : "value";
        return new Result(
                now.name(), basis, interval[1], interval[0], interval[2], verdict(now.better(), interval), "");
    }

    private static boolean positive(List<Double> values) {
        return values.stream().allMatch(value -> value > 0);
    }

    private Verdict verdict(Figure.Better better, double[] interval) {
        boolean grew = interval[0] > 1 + threshold;
        boolean fell = interval[2] < 1 / (1 + threshold);
        boolean less = better == Figure.Better.LESS;
        if (grew || fell) {
            return grew == less ? Verdict.WORSE : Verdict.BETTER;
        }
        return Verdict.SAME;
    }

    /** Least, middle and greatest of how many times as much b is as a. */
    private double[] interval(List<Double> a, List<Double> b, double wrong) {
        Random random = new Random(SEED);
        double[] before = logarithms(a);
        double[] after = logarithms(b);
        double[] changes = new double[RESAMPLES];
        boolean inTurn = paired && a.size() == b.size();
        double[] quotients = new double[inTurn ? a.size() : 0];
        for (int i = 0; i < quotients.length; i++) {
            quotients[i] = Math.log(b.get(i) / a.get(i));
        }
        quotients = inTurn ? fenced(quotients) : quotients;
        for (int i = 0; i < RESAMPLES; i++) {
            changes[i] = inTurn
                    ? Statistics.middleMean(drawn(quotients, random))
                    : Statistics.middleMean(drawn(after, random)) - Statistics.middleMean(drawn(before, random));
        }
        Arrays.sort(changes);
        int tail = (int) Math.max(TAIL_RESAMPLES_MIN, RESAMPLES * wrong / 2);
        return new double[] {
            Math.exp(changes[tail]), Math.exp(changes[RESAMPLES / 2]), Math.exp(changes[RESAMPLES - 1 - tail])
        };
    }

    /** Of the values, those of forks that were disturbed no further away than {@value #FENCE} deviations. */
    private static double[] logarithms(List<Double> values) {
        return fenced(values.stream().mapToDouble(Math::log).toArray());
    }

    private static double[] fenced(double[] values) {
        double middle = Statistics.median(values);
        double deviation = DEVIATION_BY_MEDIAN
                * Statistics.median(Arrays.stream(values)
                        .map(value -> Math.abs(value - middle))
                        .toArray());
        return Arrays.stream(values)
                .map(value -> Math.clamp(value, middle - FENCE * deviation, middle + FENCE * deviation))
                .toArray();
    }

    private static double[] drawn(double[] from, Random random) {
        double[] sample = new double[from.length];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = from[random.nextInt(from.length)];
        }
        return sample;
    }
}
