package dev.ring3.cli;

import dev.ring3.bench.baseline.Baseline;
import dev.ring3.bench.baseline.BaselineBench;
import dev.ring3.bench.measure.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 bench baseline}: finds what got several times slower. */
@Command(
        name = "baseline",
        description = {
            "Measure a few ratios of Ring3 to what one would use instead, in some minutes, and hold them against a file; or write"
                    + " the file. What seems worse is measured once more. Ratios only: times say more of the machine.",
            "",
            "Exits 1 if a ratio is worse by more than the margin, 4 if none could be measured.",
            ""
        },
        footer = {
            "",
            "Example: ring3 bench baseline bench/baseline.json",
            "Example: ring3 bench baseline --renew bench/baseline.json"
        })
final class BenchBaselineCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The file with the ratios.")
    private String file = "";

    @Option(names = "--renew", fallbackValue = "true", description = "Write the file instead.")
    private boolean renew;

    @Option(
            names = "--margin",
            paramLabel = "TIMES",
            defaultValue = "2",
            description = "How many times worse is a regression. Default: ${DEFAULT-VALUE}.")
    private double margin = Baseline.MARGIN;

    BenchBaselineCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandFiles files = new CommandFiles(terminal);
        if (renew) {
            files.write(file, (BaselineBench.measure(this::say).json() + "\n").getBytes(StandardCharsets.UTF_8));
            return ExitCode.OK;
        }
        Baseline before;
        try {
            before = Baseline.parse(new String(files.read(file), StandardCharsets.UTF_8));
        } catch (JsonNode.FormException e) {
            throw CommandException.usage("%s is no baseline: %s".formatted(file, e.getMessage()));
        }
        List<Baseline.Judged> judged = BaselineBench.judge(before, margin, this::say);
        terminal.out().print(Baseline.text(judged, margin));
        terminal.out().flush();
        if (judged.stream().anyMatch(one -> one.isWorseThan(margin))) {
            return ExitCode.NEGATIVE;
        }
        return judged.stream().allMatch(one -> one.now().isEmpty()) ? ExitCode.UNDECIDED : ExitCode.OK;
    }

    private void say(String step) {
        terminal.err().println("ring3: " + step);
    }
}
