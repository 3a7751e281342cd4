package dev.ring3.server.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;

/** Reads the body of a message, of either end. For one thread. */
public final class BodyReader {
    private static final int PIECE_BYTES_MAX = 64 << 10;
    private static final int CHUNK_LINE_BYTES_MAX = 1024;
    private static final int TRAILERS_MAX = 64;
    private static final int HEX = 16;

    private final HttpInput input;
    private final boolean chunked;
    private long left; // of the body, or of the chunk
    private boolean ended;

    private BodyReader(HttpInput input, boolean chunked, long left) {
        this.input = input;
        this.chunked = chunked;
        this.left = left;
        this.ended = !chunked && left == 0;
    }

    /** A body in chunks. */
    public static BodyReader chunked(HttpInput input) {
        return new BodyReader(input, true, 0);
    }

    /** A body of this length. */
    public static BodyReader ofLength(HttpInput input, long bytes) {
        return new BodyReader(input, false, bytes);
    }

    static BodyReader of(RequestHead head, HttpInput input) {
        return switch (head.framing()) {
            case RequestHead.Framing.Chunked _ -> chunked(input);
            case RequestHead.Framing.Length(long bytes) -> ofLength(input, bytes);
        };
    }

    /** Whether all of it was read. */
    boolean isEnded() {
        return ended;
    }

    /** Whether its length is not known before its end. */
    boolean isChunked() {
        return chunked;
    }

    /** What is known to come. */
    long announced() {
        return chunked ? 0 : left;
    }

    /** The next piece; nothing at the end. */
    public byte[] next() throws IOException {
        if (ended) {
            return new byte[0];
        }
        if (chunked && left == 0) {
            left = chunkLength();
            if (left == 0) {
                trailers();
                ended = true;
                return new byte[0];
            }
        }
        byte[] piece = input.some(Math.min(left, PIECE_BYTES_MAX));
        if (piece.length == 0) {
            throw new EOFException("the connection ended within a body");
        }
        left -= piece.length;
        if (left == 0) {
            ended = !chunked;
            if (chunked && !line().isEmpty()) {
                throw HttpException.badRequest("a chunk that is longer than it says");
            }
        }
        return piece;
    }

    /** All of it; 413 if it is longer. */
    public byte[] all(long bytesMax) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] piece = next(); piece.length > 0; piece = next()) {
            bytes.writeBytes(piece);
            if (bytes.size() > bytesMax) {
                throw tooLarge(bytesMax);
            }
        }
        return bytes.toByteArray();
    }

    static HttpException tooLarge(long bytesMax) {
        return new HttpException(
                Status.CONTENT_TOO_LARGE, "EFBIG", "a body of at most %d bytes is read".formatted(bytesMax));
    }

    private String line() throws IOException {
        String line = input.line(CHUNK_LINE_BYTES_MAX);
        if (line == null) {
            throw HttpException.badRequest("the head of a chunk that is too long");
        }
        return line;
    }

    private long chunkLength() throws IOException {
        String digits = line().replaceFirst("[ \\t]*;.*", "");
        if (!digits.matches("[0-9A-Fa-f]{1,12}")) {
            throw HttpException.badRequest("a chunk without a length");
        }
        return Long.parseLong(digits, HEX);
    }

    private void trailers() throws IOException {
        for (int i = 0; i < TRAILERS_MAX; i++) {
            if (line().isEmpty()) {
                return;
            }
        }
        throw HttpException.badRequest("too many trailers");
    }
}
