package dev.ring3.server.client;

import java.io.IOException;
import java.io.OutputStream;

/** What is sent, by whoever makes it as it goes. */
@FunctionalInterface
public interface StreamBody {
    /** Writes all of it. */
    void writeTo(OutputStream out) throws IOException;
}
