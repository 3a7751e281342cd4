package dev.ring3.cli;

import java.time.Duration;
import java.util.function.IntSupplier;
import picocli.CommandLine.Option;

/** The options of a command that shows what moves. */
final class WatchOptions {
    @Option(names = "--watch", fallbackValue = "true", description = "Show it again and again, until Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "How often, with --watch. Default: ${DEFAULT-VALUE}.")
    private long intervalSeconds = 2;

    /** Shows it once, or as long as it is watched; gives the status to exit with. */
    int show(Terminal terminal, IntSupplier show) throws InterruptedException {
        if (intervalSeconds < 1) {
            throw CommandException.usage("--interval is at least 1");
        }
        if (!watch) {
            return show.getAsInt();
        }
        return Repetition.every(Duration.ofSeconds(intervalSeconds), Long.MAX_VALUE, terminal, () -> {
            var _ = show.getAsInt(); // it is watched, not decided by
        });
    }
}
