package dev.ring3.linux;

import java.util.function.LongSupplier;

/** Repeats what a signal cut short. The JVM itself sends some to its threads. */
final class Retry {
    private Retry() {}

    /** The first result that is not {@link Errno#EINTR}. */
    static long whileInterrupted(LongSupplier call) {
        while (true) {
            long result = call.getAsLong();
            if (result != -Errno.EINTR.number()) {
                return result;
            }
        }
    }
}
