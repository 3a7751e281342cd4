package dev.ring3.cli;

import dev.ring3.litmus.Checker;
import dev.ring3.litmus.LitmusTest.Reading;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands that hold tests against a model have in common. */
final class LitmusOptions {
    private static final int MILLIS_PER_SECOND = 1000;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "A model in the cat language. Default: Ring3's own, which docs/litmus.md explains.")
    private @Nullable String model;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long one test may take. Default: ${DEFAULT-VALUE}.")
    private double timeoutSeconds = 300;

    @Option(
            names = "--unroll",
            paramLabel = "N",
            defaultValue = "4",
            description = "How often a loop that waits for memory may turn. Default: ${DEFAULT-VALUE}.")
    private int unroll = 4;

    @Option(
            names = "--herd",
            fallbackValue = "true",
            description = "Read instructions as herd7 does: accesses of one size, signed comparisons.")
    private boolean herd;

    @Nullable
    String model() {
        return model;
    }

    Reading reading() {
        return herd ? Reading.HERD : Reading.STANDARD;
    }

    Checker.Limits limits() {
        if (!(timeoutSeconds > 0) || timeoutSeconds > Integer.MAX_VALUE) {
            throw CommandException.usage("--timeout is more than 0 seconds");
        }
        if (unroll < 0 || unroll > 1000) {
            throw CommandException.usage("--unroll is from 0 to 1000");
        }
        return new Checker.Limits(unroll, Duration.ofMillis((long) (timeoutSeconds * MILLIS_PER_SECOND)));
    }
}
