package dev.ring3.server.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A body in chunks (RFC 9112 section 7.1), each written at once. Says apart whether writing failed or what writes. */
final class ChunkedOutput extends OutputStream {
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Link link;
    private boolean broken;

    ChunkedOutput(Link link) {
        this.link = link;
    }

    /** Whether the server takes no more. */
    boolean isBroken() {
        return broken;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) { // an empty one would be the last
            byte[] head = "%x\r\n".formatted(length).getBytes(StandardCharsets.US_ASCII);
            put(ByteBuffer.allocate(head.length + length + LINE_END.length)
                    .put(head)
                    .put(bytes, offset, length)
                    .put(LINE_END)
                    .flip());
        }
    }

    /** All is written. */
    void end() throws IOException {
        put(ByteBuffer.wrap("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    private void put(ByteBuffer bytes) throws IOException {
        try {
            if (link.isAnswered()) {
                throw new IOException("the server answers before it has all");
            }
            link.write(bytes);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }
}
