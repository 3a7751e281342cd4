package dev.ring3.server.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from a thread that writes a stream to one that reads it, a bounded number of pieces at a time. When
 * either end is closed, the other notices: a reader by the end, or by a failure if the writer gave up; a writer by an
 * {@link IOException}.
 */
final class BytePipe {
    private static final int PIECES_MAX = 4;
    private static final int PIECE_BYTES = 256 << 10;
    private static final long LOOK_MILLIS = 100;
    private static final byte[] END = {};

    private final ArrayBlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES_MAX);
    private volatile boolean unread; // nobody reads any more
    private volatile boolean unwritten; // nobody writes any more, and there is no end

    /** The next piece, or null at the end. IOException if there is no end to come. */
    byte @Nullable [] take() throws IOException {
        byte[] piece = pieces.poll();
        while (piece == null) {
            if (unwritten && pieces.isEmpty()) {
                throw new IOException("the stream was given up");
            }
            piece = await(() -> pieces.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        }
        if (piece.length == 0) {
            pieces.add(END); // for who asks again
            return null;
        }
        return piece;
    }

    /** Hands a piece on, which is not empty. IOException if nobody reads any more. */
    void put(byte[] piece) throws IOException {
        boolean done = false;
        while (!done) {
            if (unread) {
                throw new IOException("nobody reads the stream");
            }
            done = await(() -> pieces.offer(piece, LOOK_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    private interface Waiting<T extends @Nullable Object> {
        T run() throws InterruptedException;
    }

    private static <T extends @Nullable Object> T await(Waiting<T> action) throws IOException {
        try {
            return action.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** All is written. */
    void end() throws IOException {
        put(END);
    }

    /** Nothing more is written, and what was is not all. */
    void giveUp() {
        unwritten = true;
    }

    /** Nothing more is read. */
    void stopReading() {
        unread = true;
    }

    /** Writes to this; the end is {@link #end}. */
    OutputStream output() {
        return new OutputStream() {
            private final byte[] gathered = new byte[PIECE_BYTES];
            private int count;

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int at = offset;
                int left = length;
                while (left > 0) {
                    int part = Math.min(left, PIECE_BYTES - count);
                    System.arraycopy(bytes, at, gathered, count, part);
                    count += part;
                    at += part;
                    left -= part;
                    if (count == PIECE_BYTES) {
                        flush();
                    }
                }
            }

            @Override
            public void flush() throws IOException {
                if (count > 0) {
                    put(Arrays.copyOf(gathered, count));
                    count = 0;
                }
            }
        };
    }

    /** Reads from this. */
    InputStream input() {
        return new InputStream() {
            private byte[] piece = END;
            private int at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (at == piece.length) {
                    byte[] next = take();
                    if (next == null) {
                        return -1;
                    }
                    piece = next;
                    at = 0;
                }
                int part = Math.min(length, piece.length - at);
                System.arraycopy(piece, at, into, offset, part);
                at += part;
                return part;
            }
        };
    }
}
