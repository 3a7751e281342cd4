package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.Cell;
import dev.ring3.bench.bpf.BenchReport.ProgramResult;
import dev.ring3.bench.measure.Statistics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The geometric mean of an engine's ratios over several programs, and what it is without one of them.
 *
 * @param all over all
 * @param withoutBest without the program in which the engine is fastest
 * @param withoutWorst without the one in which it is slowest
 * @param best that program
 * @param worst that one
 * @param programs how many
 */
record Means(double all, double withoutBest, double withoutWorst, String best, String worst, int programs) {
    private record Ratio(String program, double ratio) {}

    /** Over programs of some kind, each of which must have been measured; empty where one was not. */
    static Optional<Means> of(
            BenchReport report, String engine, Predicate<BenchProgram> which, ToDoubleFunction<Cell.Measured> ratio) {
        List<Ratio> ratios = new ArrayList<>();
        for (ProgramResult result : report.programs()) {
            if (which.test(result.program())) {
                Optional<Cell.Measured> measured = result.of(engine);
                if (measured.isEmpty() || !(ratio.applyAsDouble(measured.get()) > 0)) {
                    return Optional.empty();
                }
                ratios.add(new Ratio(result.program().name(), ratio.applyAsDouble(measured.get())));
            }
        }
        long wanted = BenchProgram.ALL.stream().filter(which).count();
        if (ratios.size() < wanted || ratios.size() < 2) {
            return Optional.empty();
        }
        ratios.sort(Comparator.comparingDouble(Ratio::ratio));
        return Optional.of(new Means(
                mean(ratios),
                mean(ratios.subList(1, ratios.size())),
                mean(ratios.subList(0, ratios.size() - 1)),
                ratios.getFirst().program(),
                ratios.getLast().program(),
                ratios.size()));
    }

    private static double mean(List<Ratio> ratios) {
        return Statistics.geometricMean(ratios.stream().map(Ratio::ratio).toList());
    }

    /** Programs of the public suite by which runtimes are compared. */
    static boolean isCompute(BenchProgram program) {
        return program.group() == BenchProgram.Group.COMPUTE;
    }

    /** Programs that are no mere calls. */
    static boolean isLong(BenchProgram program) {
        return program.group() != BenchProgram.Group.SHORT;
    }
}
