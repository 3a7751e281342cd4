package dev.ring3.server.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where the events of one stream (Server-Sent Events, of the HTML standard) come from. */
public interface EventSource extends AutoCloseable {
    /**
     * An event.
     *
     * @param id which a client that comes back sends, to go on behind it
     * @param type in a line, without spaces
     * @param data in a line
     */
    record Event(long id, String type, String data) {}

    /** The next one, or null if there is none within this time. */
    @Nullable
    Event next(Duration patience) throws InterruptedException;

    /** Whether none will come any more. */
    boolean isEnded();

    @Override
    void close();
}
