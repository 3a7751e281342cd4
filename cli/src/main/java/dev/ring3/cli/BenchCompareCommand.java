package dev.ring3.cli;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Comparison;
import dev.ring3.bench.measure.Comparison.Result;
import dev.ring3.bench.measure.Comparison.Verdict;
import dev.ring3.bench.report.CompareText;
import dev.ring3.bench.report.Interleaved;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 bench compare}: tells a regression from noise. */
@Command(
        name = "compare",
        description = {
            "Say what got slower between two reports that were written with --json, each of ten forks or more; or, with --builds,"
                    + " between two builds, which then are measured in turn by the words that follow. A figure is a regression if an"
                    + " interval of its change (bootstrap over the forks) lies wholly beyond the threshold. Compared are ratios where"
                    + " there are some; plain values only on the same machine.",
            "",
            "Exits 1 on a regression, 4 if nothing could be judged.",
            ""
        },
        footer = {
            "",
            "Example: ring3 bench compare before.json after.json",
            "Example: ring3 bench compare --builds --forks=12 old . bench io --bs=512 --runtime=1"
        })
final class BenchCompareCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            index = "0",
            paramLabel = "A",
            description = "The report before; or a build: its folder or its launcher.")
    private String first = "";

    @Parameters(index = "1", paramLabel = "B", description = "The report after; or another build.")
    private String second = "";

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "WORD",
            description = "What both builds are to do: bench io --bs=512; options of this command stand before A.")
    private List<String> words = List.of();

    @Option(names = "--builds", fallbackValue = "true", description = "A and B are builds.")
    private boolean builds;

    @Option(
            names = "--forks",
            paramLabel = "N",
            defaultValue = "12",
            description = "How often both builds are measured. Default: ${DEFAULT-VALUE}.")
    private int forks = 12;

    @Option(
            names = "--threshold",
            paramLabel = "PART",
            defaultValue = "0.03",
            description = "A change of no more than this part is none. Default: ${DEFAULT-VALUE}.")
    private double threshold = Comparison.THRESHOLD;

    @Option(
            names = "--paired",
            fallbackValue = "true",
            description = "The forks of both reports ran in turn, the i-th of both next to each other.")
    private boolean paired;

    @Option(
            names = "--keep",
            paramLabel = "PREFIX",
            description = "With --builds: write the reports to PREFIX-a.json and PREFIX-b.json.")
    private @Nullable String keep;

    @Mixin
    private JsonOption json = new JsonOption();

    BenchCompareCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Result> results = builds ? ofBuilds() : ofReports();
        json.print(
                terminal,
                "ring3.bench.compare/1",
                new JsonObject()
                        .putObjects(
                                "figures",
                                results.stream().map(BenchCompareCommand::json).toList()),
                CompareText.of(results).stripTrailing());
        if (results.stream().anyMatch(result -> result.verdict() == Verdict.WORSE)) {
            return ExitCode.NEGATIVE;
        }
        boolean judged = results.stream().anyMatch(result -> result.verdict() != Verdict.UNDECIDED);
        return judged ? ExitCode.OK : ExitCode.UNDECIDED;
    }

    private static JsonObject json(Result result) {
        return new JsonObject()
                .put("name", result.name())
                .put("basis", result.basis())
                .put("verdict", result.verdict().name().toLowerCase(Locale.ROOT))
                .put("change", result.change(), 4)
                .put("low", result.low(), 4)
                .put("high", result.high(), 4)
                .put("why", result.why());
    }

    private List<Result> ofReports() {
        if (!words.isEmpty()) {
            throw CommandException.usage("two reports are compared; for two builds there is --builds");
        }
        BenchDocuments documents = new BenchDocuments(terminal);
        return new Comparison(threshold, paired).of(documents.read(first), documents.read(second));
    }

    private List<Result> ofBuilds() throws InterruptedException {
        if (words.isEmpty()) {
            throw CommandException.usage("what are the builds to do? bench io --bs=512, for instance");
        }
        try {
            Interleaved.Pair pair = Interleaved.measure(
                    Path.of(first),
                    Path.of(second),
                    words,
                    forks,
                    step -> terminal.err().println("ring3: " + step));
            if (keep != null) {
                write(keep + "-a.json", pair.before());
                write(keep + "-b.json", pair.after());
            }
            return new Comparison(threshold, true).of(pair.before(), pair.after());
        } catch (Interleaved.RunException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private void write(String file, BenchDocument document) {
        new CommandFiles(terminal).write(file, (document.json() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
