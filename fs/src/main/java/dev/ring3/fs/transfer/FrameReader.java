package dev.ring3.fs.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads a stream, and believes nothing that its checksums do not vouch for. For one thread; closes nothing. */
public final class FrameReader {
    private final InputStream in;
    private final TransferHeader header;
    private final CRC32C crc = new CRC32C();
    private long frames;

    /**
     * Begins to read.
     *
     * @throws dev.ring3.fs.FsException EBADMSG for what is no stream, is damaged or ends too soon, here and later; EOPNOTSUPP
     *     for one of a newer Ring3
     * @throws UncheckedIOException if it cannot be read
     */
    public FrameReader(InputStream in) {
        this.in = in;
        this.header = FrameLayout.decodeHeader(read(FrameLayout.HEADER_BYTES));
    }

    /** What the stream is about. */
    public TransferHeader header() {
        return header;
    }

    /** The next frame; nothing is read behind a {@link TransferFrame.End}, which counts what came before. */
    public TransferFrame next() {
        ByteBuffer head = ByteBuffer.wrap(read(5));
        int length = head.getInt();
        byte type = head.get();
        if (length < 0 || length > FrameLayout.PAYLOAD_BYTES_MAX) {
            throw FrameLayout.damaged("frame %d has %d bytes".formatted(frames, Integer.toUnsignedLong(length)));
        }
        byte[] payload = read(length);
        int checksum = ByteBuffer.wrap(read(4)).getInt();
        if (checksum != FrameWriter.checksum(crc, frames, type, payload)) {
            throw FrameLayout.damaged("frame %d fails its checksum".formatted(frames));
        }
        TransferFrame frame = FrameLayout.decode(type, payload);
        if (frame instanceof TransferFrame.End(long count) && count != frames) {
            throw FrameLayout.damaged("%d frames, counts %d".formatted(frames, count));
        }
        frames++;
        return frame;
    }

    private byte[] read(int length) {
        byte[] bytes;
        try {
            bytes = in.readNBytes(length);
        } catch (IOException e) {
            throw new UncheckedIOException("the stream cannot be read", e);
        }
        if (bytes.length < length) {
            throw FrameLayout.damaged("the stream ends after %d frames".formatted(frames));
        }
        return bytes;
    }
}
