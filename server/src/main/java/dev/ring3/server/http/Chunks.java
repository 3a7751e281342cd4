package dev.ring3.server.http;

import org.jspecify.annotations.Nullable;

/**
 * A body that is made while it is sent. It is asked for on a thread that may block, one piece at a time, so that neither a
 * slow client nor a large file holds a thread or the heap.
 */
public interface Chunks extends AutoCloseable {
    /** The next piece, or null at the end. */
    byte @Nullable [] next();

    /** Once, at the end or when the client has gone. */
    @Override
    default void close() {}
}
