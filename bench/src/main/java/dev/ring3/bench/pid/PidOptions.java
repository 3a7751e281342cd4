package dev.ring3.bench.pid;

/**
 * How long is measured.
 *
 * @param processes that are awaited at a time
 * @param command what is written beside the figures
 */
public record PidOptions(int forks, int rounds, int processes, String command) {
    public PidOptions {
        if (forks < 1 || rounds < 1 || processes < 1) {
            throw new IllegalArgumentException(
                    "%d forks of %d rounds, %d processes".formatted(forks, rounds, processes));
        }
    }
}
