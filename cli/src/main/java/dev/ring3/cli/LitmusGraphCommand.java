package dev.ring3.cli;

import dev.ring3.litmus.Checker;
import dev.ring3.litmus.Explanation;
import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusParser;
import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 litmus graph}: a picture of an execution. */
@Command(
        name = "graph",
        description = {
            "Draw the execution that decides a litmus test.",
            "",
            "If what the test asks for is allowed, an execution that shows it; otherwise the one that comes closest, and"
                    + " on standard error the cycle that forbids it.",
            ""
        },
        footer = {"", "Example: ring3 litmus graph mp.litmus --output mp.svg"})
final class LitmusGraphCommand implements Callable<Integer> {
    /** What can be written. */
    enum Format {
        svg,
        dot
    }

    private final Terminal terminal;
    private final CommandFiles files;

    @Parameters(paramLabel = "FILE", description = "The test; - is standard input.")
    private String file = "";

    @Mixin
    private LitmusOptions options = new LitmusOptions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "svg",
            description = "${COMPLETION-CANDIDATES}: a picture, or a text for graphviz. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.svg;

    @Option(
            names = "--relations",
            paramLabel = "NAME",
            split = ",",
            description = "What to draw besides program order: rf, co, fr, and what the model shows. Default: all.")
    private List<String> relations = List.of();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "-",
            description = "Where to. Default: standard output.")
    private String output = CommandFiles.STANDARD;

    LitmusGraphCommand(Terminal terminal) {
        this.terminal = terminal;
        this.files = new CommandFiles(terminal);
    }

    @Override
    public Integer call() {
        LitmusFiles reader = new LitmusFiles(files);
        Checker checker = new Checker(reader.model(options.model()), options.reading(), options.limits());
        try {
            LitmusTest test = LitmusParser.parse(reader.text(file), options.reading());
            Outcome outcome = checker.check(test);
            Optional<String> picture = format == Format.svg ? outcome.svg(relations) : outcome.dot(relations);
            if (picture.isEmpty()) {
                Optional<Explanation> explanation = checker.explain(test);
                explanation.ifPresent(found -> found.lines().forEach(terminal.err()::println));
                picture = explanation.map(found -> format == Format.svg ? found.svg(relations) : found.dot(relations));
            }
            files.write(
                    output,
                    picture.orElseThrow(() -> CommandException.negative("nothing that the test asks for can be drawn"))
                            .getBytes(StandardCharsets.UTF_8));
            return ExitCode.OK;
        } catch (LitmusException problem) {
            throw CommandException.usage("%s: %s".formatted(CommandFiles.name(file), problem.getMessage()));
        }
    }
}
