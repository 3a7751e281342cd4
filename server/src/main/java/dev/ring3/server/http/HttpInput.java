package dev.ring3.server.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines and bytes of a connection, of either end. For one thread. */
public final class HttpInput {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

    public HttpInput(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** Waits for a byte; false at the end. */
    boolean await() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear();
        int count = channel.read(buffer);
        buffer.flip();
        return count > 0;
    }

    /**
     * A line without its end, which has to be CR LF: other ends are read differently by different programs.
     *
     * @param bytesMax its length at most
     * @return null if it is longer
     */
    public @Nullable String line(int bytesMax) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (!await()) {
                throw new EOFException("the connection ended within a line");
            }
            char c = (char) (buffer.get() & 0xff);
            if (c == '\n') {
                int last = line.length() - 1;
                if (last < 0 || line.charAt(last) != '\r') {
                    throw HttpException.badRequest("a line that does not end in CR LF");
                }
                line.setLength(last);
                return line.toString();
            }
            if (line.length() > bytesMax) {
                return null;
            }
            line.append(c);
        }
    }

    /** Some bytes, at least one and at most this many; nothing at the end. */
    byte[] some(long bytesMax) throws IOException {
        if (bytesMax == 0 || !await()) {
            return new byte[0];
        }
        byte[] bytes = new byte[(int) Math.min(bytesMax, buffer.remaining())];
        buffer.get(bytes);
        return bytes;
    }

    /** All that is still to come. */
    public InputStream toStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return await() ? buffer.get() & 0xff : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                byte[] bytes = some(length);
                System.arraycopy(bytes, 0, into, offset, bytes.length);
                return bytes.length == 0 ? -1 : bytes.length;
            }
        };
    }

    /** For first lines and headers, whose bytes were taken for Latin-1: as UTF-8, which browsers send. */
    static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
