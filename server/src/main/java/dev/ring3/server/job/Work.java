package dev.ring3.server.job;

import dev.ring3.server.json.JsonObject;

/** What a job does. */
@FunctionalInterface
public interface Work {
    /**
     * Does it.
     *
     * @param job where progress is told, and asked whether to stop
     * @return what came out
     * @throws CancelledException as {@link Job#progress} throws it
     * @throws FailedException if it came to an end that is no success
     */
    JsonObject run(Job job);

    /** A job was told to stop. */
    final class CancelledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CancelledException() {
            super("cancelled", null, false, false);
        }
    }

    /** A job found what it should not have found; what it found is its result all the same. */
    final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient JsonObject result;

        public FailedException(String message, JsonObject result) {
            super(message, null, false, false);
            this.result = result;
        }

        JsonObject result() {
            return result;
        }
    }
}
