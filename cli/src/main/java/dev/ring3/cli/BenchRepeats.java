package dev.ring3.cli;

import picocli.CommandLine.Option;

/** How often a benchmark measures: options of those that take as many forks and rounds. */
final class BenchRepeats {
    @Option(
            names = "--forks",
            paramLabel = "N",
            defaultValue = "3",
            description = "Processes. Default: ${DEFAULT-VALUE}.")
    private int forks = 3;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "9",
            description = "Rounds in each. Default: ${DEFAULT-VALUE}.")
    private int rounds = 9;

    int forks() {
        return forks;
    }

    int rounds() {
        return rounds;
    }
}
