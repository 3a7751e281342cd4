package dev.ring3.server.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A connection to a server, for one request. Closing it, from any thread, ends what waits for it. */
interface Link extends Closeable {
    /** Where connections come from. */
    interface Source {
        /** Another one. */
        Link connect() throws IOException;
    }

    /** What the server says. */
    ReadableByteChannel in();

    /** Says all of something. */
    void write(ByteBuffer bytes) throws IOException;

    /** Whether the server is known to have said something that was not read yet. */
    boolean isAnswered() throws IOException;
}
