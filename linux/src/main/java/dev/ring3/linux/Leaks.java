package dev.ring3.linux;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The last resort for handles that were never closed: one daemon thread closes what was collected, and says so once for
 * each, as a warning to the {@link System.Logger} named {@code dev.ring3.linux}. When that happens is the garbage
 * collector's choice, so a program that relies on it runs out of descriptors first.
 */
final class Leaks {
    private static final System.Logger LOGGER = System.getLogger("dev.ring3.linux");
    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicLong REPORTED = new AtomicLong();

    private Leaks() {}

    /** Runs an action when the owner is unreachable; it must not reach the owner. */
    static Cleaner.Cleanable watch(Object owner, Runnable action) {
        return CLEANER.register(owner, action);
    }

    static void report(String object) {
        REPORTED.incrementAndGet();
        LOGGER.log(System.Logger.Level.WARNING, "{0} was never closed; it is closed now", object);
    }

    /** How many were found so far in this process. */
    static long reported() {
        return REPORTED.get();
    }
}
