package dev.ring3.cli;

import dev.ring3.bench.report.HtmlReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 bench report}: a page of what was measured. */
@Command(
        name = "report",
        description = {
            "Make one HTML page of what the other commands wrote with --json (bench io: fio's JSON too): charts of ratios with their"
                    + " spread, of latencies and of costs as work grows, each with the command that measures it again. The page needs"
                    + " nothing else and fetches nothing.",
            ""
        },
        footer = {"", "Example: ring3 bench report io.json fs.json pid.json -o report.html"})
final class BenchReportCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "What was measured.")
    private List<String> inputs = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "-",
            description = "The page; - is standard output. Default: ${DEFAULT-VALUE}.")
    private String output = CommandFiles.STANDARD;

    BenchReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        BenchDocuments documents = new BenchDocuments(terminal);
        String page = HtmlReport.of(inputs.stream().map(documents::read).toList());
        new CommandFiles(terminal).write(output, page.getBytes(StandardCharsets.UTF_8));
        return ExitCode.OK;
    }
}
