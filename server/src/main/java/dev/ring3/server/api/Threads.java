package dev.ring3.server.api;

/** Waiting for a thread that ends soon. */
final class Threads {
    private Threads() {}

    /** Until it has ended; an interruption is noted, and waited through. */
    static void join(Thread thread) {
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                thread.join();
                ended = true;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
