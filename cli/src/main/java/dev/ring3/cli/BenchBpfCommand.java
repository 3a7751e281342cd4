package dev.ring3.cli;

import dev.ring3.bench.bpf.BenchOptions;
import dev.ring3.bench.bpf.BenchOptions.Part;
import dev.ring3.bench.bpf.BenchReport;
import dev.ring3.bench.bpf.BpfBench;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ring3 bench bpf}: how fast BPF programs run here and elsewhere. */
@Command(
        name = "bpf",
        description = {
            "Measure BPF programs in Ring3's interpreter and compiler, in the kernel, as native code, as WebAssembly in Chicory and"
                    + " in any other runtime, with maps and loading besides.",
            "",
            "With --suite it runs the compiled objects of the public BPF microbenchmark suite, by its file of tests.",
            "",
            "The programs are compiled here by clang; without one only maps and loading are measured. Each program and engine"
                    + " gets a JVM of its own, native code runs in the same process beside it. Takes half an hour as it"
                    + " stands; leave the machine alone meanwhile. Exits 1 if a program returned something wrong.",
            ""
        },
        footer = {"", "Example: ring3 bench bpf --programs=siphash,sieve --json=siphash.json --svg=siphash.svg"})
final class BenchBpfCommand implements Callable<Integer> {
    private static final int QUICK_FORKS = 1;
    private static final int QUICK_ROUNDS = 3;
    private static final double QUICK_BATCH_MILLIS = 2;
    private static final double QUICK_WARM_UP_MILLIS = 60;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;
    private final CommandFiles files;

    @Option(
            names = "--parts",
            paramLabel = "PART",
            split = ",",
            description = "What to measure: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<PartName> parts = EnumSet.allOf(PartName.class);

    @Option(
            names = "--programs",
            paramLabel = "NAME",
            split = ",",
            completionCandidates = Programs.class,
            description = "Only these programs: ${COMPLETION-CANDIDATES}. Goals that need others are not judged.")
    private List<String> programs = List.of();

    @Option(
            names = "--maps",
            paramLabel = "NAME",
            split = ",",
            completionCandidates = Maps.class,
            description = "Only these maps, and what is measured like them: ${COMPLETION-CANDIDATES}.")
    private List<String> maps = List.of();

    @Option(
            names = "--engines",
            paramLabel = "NAME",
            split = ",",
            completionCandidates = Engines.class,
            description = "Only these engines: ${COMPLETION-CANDIDATES}. Native code is always measured beside.")
    private List<String> engines = List.of();

    @Option(
            names = "--peer",
            paramLabel = "NAME=COMMAND",
            description = "Another runtime, as often as there are some. It speaks the plugin protocol of the public"
                    + " conformance suite (memory as an argument, the program on standard input), and with --repeat N runs it"
                    + " N times and adds a line 'ns_per_run X'; otherwise only results are compared.")
    private List<String> peers = List.of();

    @Option(
            names = "--forks",
            paramLabel = "N",
            defaultValue = "3",
            description = "Processes for each program and engine. Default: ${DEFAULT-VALUE}.")
    private int forks = 3;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "15",
            description = "Rounds in each. Default: ${DEFAULT-VALUE}.")
    private int rounds = 15;

    @Option(
            names = "--batch-millis",
            paramLabel = "MS",
            defaultValue = "10",
            description = "How long each subject runs in a round. Default: ${DEFAULT-VALUE}.")
    private double batchMillis = 10;

    @Option(
            names = "--warm-up-millis",
            paramLabel = "MS",
            defaultValue = "700",
            description = "How long each subject runs before the first round. Default: ${DEFAULT-VALUE}.")
    private double warmUpMillis = 700;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many threads use one map at a time, besides one. Default: ${DEFAULT-VALUE}.")
    private int threads = 2;

    @Option(
            names = "--clang",
            paramLabel = "COMMAND",
            defaultValue = "",
            description = "The compiler. Default: the newest clang.")
    private String clang = "";

    @Option(
            names = "--quick",
            fallbackValue = "true",
            description = "Measure for some seconds instead, too short to say more than that everything works.")
    private boolean quick;

    @Option(
            names = "--require-goals",
            fallbackValue = "true",
            description = "Exit 1 if a goal that could be measured is missed.")
    private boolean requireGoals;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the report as JSON too; - is standard output, which then has nothing else.")
    private @Nullable String json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the programs' ratios as a picture.")
    private @Nullable String svg;

    @Mixin
    private BenchSuite suite = new BenchSuite();

    BenchBpfCommand(Terminal terminal) {
        this.terminal = terminal;
        this.files = new CommandFiles(terminal);
    }

    /** The parts as words. */
    enum PartName {
        programs,
        maps,
        load
    }

    /** For completion. */
    static final class Programs implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return BenchOptions.programNames().iterator();
        }
    }

    /** For completion. */
    static final class Maps implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return BenchOptions.mapNames().iterator();
        }
    }

    /** For completion. */
    static final class Engines implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return BenchOptions.engineNames().iterator();
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (suite.isChosen()) {
            boolean expected =
                    suite.run(terminal, engines, quick ? QUICK_FORKS : forks, BenchOutput.commandOf(spec), json);
            return expected ? ExitCode.OK : ExitCode.NEGATIVE;
        }
        BenchReport report;
        try {
            report = BpfBench.run(options(), this::say);
        } catch (BpfBench.UnsupportedException e) {
            throw CommandException.unsupported(String.valueOf(e.getMessage()));
        }
        if (svg != null) {
            files.write(svg, report.svg().getBytes(StandardCharsets.UTF_8));
        }
        if (json != null) {
            files.write(json, (report.json() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        if (!CommandFiles.STANDARD.equals(json)) {
            terminal.out().print(report.text());
            terminal.out().flush();
        }
        return report.isConsistent() && (!requireGoals || report.reachedAllGoals()) ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private void say(String step) {
        terminal.err().println("ring3: " + step);
    }

    private BenchOptions options() {
        Set<Part> chosen = EnumSet.noneOf(Part.class);
        parts.forEach(part -> chosen.add(Part.valueOf(part.name().toUpperCase(Locale.ROOT))));
        try {
            return new BenchOptions(
                    chosen,
                    programs,
                    engines,
                    peers,
                    quick ? QUICK_FORKS : forks,
                    quick ? QUICK_ROUNDS : rounds,
                    quick ? QUICK_BATCH_MILLIS : batchMillis,
                    quick ? QUICK_WARM_UP_MILLIS : warmUpMillis,
                    threads,
                    clang,
                    maps,
                    BenchOutput.commandOf(spec));
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }
}
