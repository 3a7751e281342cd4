package dev.ring3.bench.io;

import java.util.Map;

/** A file that is measured, reached in one way. */
interface Target extends AutoCloseable {
    /** A way to it for one thread. */
    Lane lane(IoJob job);

    /** Takes all of it out of the cache, as far as it can be. */
    void drop();

    /** Brings all of it into the cache, where there is one. */
    void warm();

    /** The part of it that is in the cache; NaN where nobody tells. */
    double resident();

    /** Whether its content is still what it was laid out with. */
    boolean isPristine();

    /** It will be written to. */
    void spoil();

    /** What it counts itself, so far. */
    Map<String, Long> counters();

    /** What holds of it, such as whether its memory is in huge pages. */
    Map<String, String> facts();

    @Override
    void close();

    /** An operation failed. */
    final class IoFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        IoFailure(String message) {
            super(message);
        }
    }
}
