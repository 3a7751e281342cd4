package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Spread;
import java.util.List;
import java.util.Optional;

/** What a benchmark found, as text for people, as JSON, and as a picture. */
public final class BenchReport {
    private final Setting setting;
    private final List<ProgramResult> programs;
    private final List<MapResult> maps;
    private final List<LoadResult> loads;

    BenchReport(Setting setting, List<ProgramResult> programs, List<MapResult> maps, List<LoadResult> loads) {
        this.setting = setting;
        this.programs = List.copyOf(programs);
        this.maps = List.copyOf(maps);
        this.loads = List.copyOf(loads);
    }

    /**
     * How it was measured.
     *
     * @param method in a few sentences
     * @param loadAfter the load average when it was over
     * @param compiler what compiled the programs; empty for none
     * @param lacks what could not be measured, and why
     */
    record Setting(
            Machine machine,
            BenchOptions options,
            String method,
            String loadAfter,
            String compiler,
            List<String> lacks,
            long seconds) {}

    /**
     * A program, and how fast it was where.
     *
     * @param nativeNanos a run of the native code, over all that it was measured beside
     */
    record ProgramResult(
            BenchProgram program, Optional<Spread> nativeNanos, Optional<Spread> scalarNanos, List<Cell> cells) {
        /** That of an engine, if it was measured. */
        Optional<Cell.Measured> of(String engine) {
            return cells.stream()
                    .filter(cell -> cell.engine().equals(engine))
                    .flatMap(cell -> cell instanceof Cell.Measured measured ? Optional.of(measured).stream() : null)
                    .findFirst();
        }
    }

    /** A program in an engine. */
    sealed interface Cell {
        String engine();

        /**
         * Measured.
         *
         * @param nanos a run
         * @param toNative how many times as long as native code, in the same rounds
         * @param toScalar the same of native code without vectors
         * @param share of the time in which the thread had a processor, the least of all rounds
         */
        record Measured(String engine, Spread nanos, Spread toNative, Spread toScalar, double share) implements Cell {}

        /** It returned what it should, and nothing is known of its time. */
        record Compared(String engine) implements Cell {}

        /** It could not be measured. */
        record Missing(String engine, String why) implements Cell {}
    }

    /**
     * An operation on a map in an engine.
     *
     * @param threads that did it at the same time
     * @param nanos of one, with the loop around it
     * @param net less the loop
     */
    record MapResult(String kind, String operation, String engine, int threads, Spread nanos, Spread net) {}

    /** Something about loading programs. */
    record LoadResult(String what, String unit, Spread value) {}

    Setting setting() {
        return setting;
    }

    List<ProgramResult> programs() {
        return programs;
    }

    List<MapResult> maps() {
        return maps;
    }

    List<LoadResult> loads() {
        return loads;
    }

    /** Whether every goal that could be measured was reached. */
    public boolean reachedAllGoals() {
        return Goals.of(this).stream().noneMatch(goal -> goal.verdict() == Goals.Verdict.MISSED);
    }

    /** Whether every engine returned the same results. */
    public boolean isConsistent() {
        return programs.stream()
                .flatMap(program -> program.cells().stream())
                .noneMatch(cell ->
                        cell instanceof Cell.Missing missing && missing.why().startsWith(ProgramsPart.WRONG));
    }

    /** What was measured, in the form that all benchmarks have. */
    public List<Figure> figures() {
        return ReportFigures.of(this);
    }

    /** Tables for a terminal. */
    public String text() {
        return new ReportText(this).text();
    }

    /** A JSON object of the schema {@code ring3.bench.bpf/1}. */
    public String json() {
        return ReportJson.of(this);
    }

    /** An SVG picture of the programs: bars for each engine, relative to native code. */
    public String svg() {
        return ReportPicture.of(this);
    }
}
