package dev.ring3.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the commands that measure write what they found. */
final class BenchOutput {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the figures as JSON too; - is standard output, which then has nothing else.")
    private @Nullable String json;

    /** Writes both forms where they are wanted. */
    void write(Terminal terminal, Supplier<String> text, Supplier<String> asJson) {
        if (json != null) {
            new CommandFiles(terminal).write(json, (asJson.get() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        if (!CommandFiles.STANDARD.equals(json)) {
            terminal.out().print(text.get());
            terminal.out().flush();
        }
    }

    /** The command line that was given, for whoever wants to measure the same. */
    String command() {
        return commandOf(spec);
    }

    /** That of any command. */
    static String commandOf(CommandSpec spec) {
        List<String> words = spec.root().commandLine().getParseResult().originalArgs();
        return "ring3 "
                + String.join(" ", words.stream().map(BenchOutput::quoted).toList());
    }

    private static String quoted(String word) {
        return word.matches("[\\w./:=,+@%^-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
