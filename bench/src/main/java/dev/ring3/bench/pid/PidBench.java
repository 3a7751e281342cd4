package dev.ring3.bench.pid;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.ChildJvm;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import dev.ring3.bench.measure.FigureText;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Scratch;
import dev.ring3.bench.measure.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code ring3 bench pid}: processes by pidfd, beside what the JDK has. */
public final class PidBench {
    private static final String JDK = "jdk";
    private static final String OURS = "ring3";
    private static final String CPU = "ns of processor time";
    private static final String NATIVE_MODULES = "dev.ring3.bench,dev.ring3.linux";
    private static final long SECONDS_MAX = 900;
    private static final double KIB_PER_MIB = 1024;

    private final PidOptions options;
    private final Progress progress;
    private final List<String> lacks = new ArrayList<>();
    private final Map<List<String>, Values> values = new LinkedHashMap<>();

    private PidBench(PidOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    /** Of a group and a unit, each fork's. */
    private static final class Values {
        final List<Double> jdk = new ArrayList<>();
        final List<Double> ours = new ArrayList<>();
        final List<Double> ratios = new ArrayList<>();
        double shareLeast = 1;
    }

    /** Measures. */
    public static BenchDocument run(PidOptions options, Progress progress) throws InterruptedException {
        long begin = System.nanoTime();
        Machine machine = Machine.here();
        PidBench bench = new PidBench(options, progress);
        try (Scratch scratch = Scratch.create()) {
            ChildJvm children = new ChildJvm(scratch.path(), PidWorkerMain.class, NATIVE_MODULES);
            for (int fork = 0; fork < options.forks(); fork++) {
                bench.costs(children, fork);
                bench.await(children, fork, "children", Awaiting.Way.JDK_CHILDREN, Awaiting.Way.OUR_CHILDREN);
                bench.await(children, fork, "others' children", Awaiting.Way.JDK_OTHERS, Awaiting.Way.OUR_OTHERS);
            }
        }
        BenchDocument.Setting setting = new BenchDocument.Setting(
                machine.described(),
                options.command(),
                bench.method(),
                options.forks(),
                options.rounds(),
                Machine.load(),
                (System.nanoTime() - begin) / 1_000_000_000);
        return new BenchDocument("pid", setting, bench.figures(), bench.lacks);
    }

    private String method() {
        return """
                Calls: both in turn in one process, %d rounds of 20 ms each after half a second each, %d forks; processor time of the \
                thread, medians of forks' medians. Ends: %d processes awaited at a time, then killed two milliseconds apart; each \
                way in a JVM of its own, from the kill to the callback by the clock; threads and memory (resident) over those of \
                the JVM before. Others' children are a shell's, which reaps them.""".formatted(options.rounds(), options.forks(), options.processes());
    }

    private Values values(String group, String unit) {
        return values.computeIfAbsent(List.of(group, unit), _ -> new Values());
    }

    private void costs(ChildJvm children, int fork) throws InterruptedException {
        progress.step("calls, fork %d of %d".formatted(fork + 1, options.forks()));
        Map<String, Values> rounds = new LinkedHashMap<>();
        List<String> work = List.of("costs", Integer.toString(options.rounds()));
        try {
            for (String line : children.run(List.of("-Xmx256m"), work, SECONDS_MAX)) {
                String[] words = line.split("\t", -1);
                if (words[0].equals("cost")) {
                    Values of = rounds.computeIfAbsent(words[1], _ -> new Values());
                    of.jdk.add(Double.parseDouble(words[3]));
                    of.ours.add(Double.parseDouble(words[4]));
                    of.ratios.add(of.ours.getLast() / of.jdk.getLast());
                    of.shareLeast = Math.min(of.shareLeast, Double.parseDouble(words[5]));
                }
            }
        } catch (ChildJvm.ChildException e) {
            lacks.add("calls: " + e.getMessage());
            return;
        }
        rounds.forEach((name, of) -> {
            Values forks = values(name, CPU);
            forks.jdk.add(median(of.jdk));
            forks.ours.add(median(of.ours));
            forks.ratios.add(median(of.ratios));
            forks.shareLeast = Math.min(forks.shareLeast, of.shareLeast);
        });
    }

    private static double median(List<Double> of) {
        return Statistics.median(of.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private void await(ChildJvm children, int fork, String whose, Awaiting.Way jdk, Awaiting.Way ours)
            throws InterruptedException {
        progress.step("%d %s, fork %d of %d".formatted(options.processes(), whose, fork + 1, options.forks()));
        try {
            double[] ofJdk = await(children, jdk);
            double[] ofOurs = await(children, ours);
            String group = "%d %s awaited".formatted(options.processes(), whose);
            add(values(group, "threads"), ofJdk[0], ofOurs[0]);
            add(values(group, "MiB"), ofJdk[1] / KIB_PER_MIB, ofOurs[1] / KIB_PER_MIB);
            add(values("%s: from the kill to the callback, median".formatted(group), "us"), ofJdk[2], ofOurs[2]);
            add(values("%s: the same, 99 of 100".formatted(group), "us"), ofJdk[3], ofOurs[3]);
        } catch (ChildJvm.ChildException e) {
            lacks.add("%s: %s".formatted(whose, e.getMessage()));
        }
    }

    private static void add(Values values, double jdk, double ours) {
        values.jdk.add(jdk);
        values.ours.add(ours);
        if (jdk > 0) {
            values.ratios.add(ours / jdk);
        }
    }

    private double[] await(ChildJvm children, Awaiting.Way way) throws ChildJvm.ChildException, InterruptedException {
        List<String> work = List.of("await", way.name(), Integer.toString(options.processes()));
        for (String line : children.run(List.of("-Xmx256m"), work, SECONDS_MAX)) {
            String[] words = line.split("\t", -1);
            if (words[0].equals("await")) {
                return List.of(words).subList(1, words.length).stream()
                        .mapToDouble(Double::parseDouble)
                        .toArray();
            }
        }
        throw new IllegalStateException("a child that ended well said nothing");
    }

    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        values.forEach((name, of) -> {
            Figure.Quality quality = new Figure.Quality(of.shareLeast, 0);
            figures.add(Figure.of(name.get(0), JDK, name.get(1), Better.LESS, of.jdk)
                    .withQuality(quality));
            figures.add(Figure.of(name.get(0), OURS, name.get(1), Better.LESS, of.ours)
                    .withRatio(JDK, of.ratios)
                    .withQuality(quality));
        });
        return figures;
    }

    /** As tables for a terminal. */
    public static String text(BenchDocument document) {
        StringBuilder text = new StringBuilder();
        for (String unit :
                document.figures().stream().map(Figure::unit).distinct().toList()) {
            text.append(unit)
                    .append(" (x: times that of the JDK)\n\n")
                    .append(FigureText.table(document, unit))
                    .append('\n');
        }
        return text.append(FigureText.foot(document)).toString();
    }
}
