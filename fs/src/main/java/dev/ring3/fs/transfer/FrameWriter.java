package dev.ring3.fs.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes a stream. For one thread; closes nothing. */
public final class FrameWriter {
    private final OutputStream out;
    private final CRC32C crc = new CRC32C();
    private long frames;
    private long bytes;

    /**
     * Begins a stream.
     *
     * @throws UncheckedIOException if it cannot be written, here and later
     */
    public FrameWriter(OutputStream out, TransferHeader header) {
        this.out = out;
        write(FrameLayout.encode(header));
    }

    /** Writes the next frame. */
    public void write(TransferFrame frame) {
        byte type = FrameLayout.type(frame);
        byte[] payload = FrameLayout.encode(frame);
        write(ByteBuffer.allocate(5).putInt(payload.length).put(type).array());
        write(payload);
        write(ByteBuffer.allocate(4)
                .putInt(checksum(crc, frames, type, payload))
                .array());
        frames++;
    }

    /** Writes the last frame, and hands everything on. */
    public void end() {
        write(new TransferFrame.End(frames));
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the stream cannot be written", e);
        }
    }

    /** How many were written. */
    public long frames() {
        return frames;
    }

    /** How long the stream is so far. */
    public long bytes() {
        return bytes;
    }

    static int checksum(CRC32C crc, long number, byte type, byte[] payload) {
        crc.reset();
        crc.update(ByteBuffer.allocate(9).putLong(number).put(type).array());
        crc.update(payload);
        return (int) crc.getValue();
    }

    private void write(byte[] part) {
        try {
            out.write(part);
        } catch (IOException e) {
            throw new UncheckedIOException("the stream cannot be written", e);
        }
        bytes += part.length;
    }
}
