package dev.ring3.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something that is shown again and again, until Ctrl-C: on a terminal in the same place, else below each other. */
final class Repetition {
    private static final String CLEAR = "\u001b[H\u001b[2J\u001b[3J";

    private Repetition() {}

    /**
     * Shows it.
     *
     * @param timesMax how often at most
     * @return the exit status
     */
    static int every(Duration interval, long timesMax, Terminal terminal, Runnable show) throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Interrupts interrupts = Interrupts.watch(interrupted::countDown)) {
            for (long shown = 0; shown < timesMax; shown++) {
                if (shown > 0 && interrupted.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                    return ExitCode.INTERRUPTED;
                }
                if (terminal.interactive().getAsBoolean()) {
                    terminal.out().print(CLEAR);
                } else if (shown > 0) {
                    terminal.out().println();
                }
                show.run();
            }
            return interrupts.requested() ? ExitCode.INTERRUPTED : ExitCode.OK;
        }
    }
}
