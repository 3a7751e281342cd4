package dev.ring3.fs.volume;

import dev.ring3.fs.store.OrderedStore;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads what {@link BackupWriter} wrote, and believes nothing that its checksums do not vouch for. Closes nothing. Fails
 * with EBADMSG for what is damaged or ends too soon, EOPNOTSUPP for a backup of a newer Ring3, and {@link
 * UncheckedIOException}.
 */
final class BackupReader {
    /** Takes what a backup holds. */
    interface Sink {
        void put(byte[] key, byte[] value);
    }

    private static final int CONTENT_BYTES_MAX = BackupLayout.FRAME_BYTES
            + BackupLayout.RECORD_HEAD_BYTES
            + OrderedStore.KEY_BYTES_MAX
            + OrderedStore.VALUE_BYTES_MAX;

    private final DataInputStream in;
    private final BackupLayout.Header header;
    private byte[] last = {};
    private long bytes;
    private long frames;
    private long records;

    BackupReader(InputStream in) {
        this.in = new DataInputStream(in);
        this.header = BackupLayout.decodeHeader(read(BackupLayout.HEADER_BYTES));
    }

    BackupLayout.Header header() {
        return header;
    }

    /** Reads all the rest, and that nothing follows it. */
    BackupSummary readAll(Sink sink) {
        for (int length = readInt(); length != 0; length = readInt()) {
            if (length < 0 || length > CONTENT_BYTES_MAX) {
                throw BackupLayout.damaged("frame %d has %d bytes".formatted(frames, Integer.toUnsignedLong(length)));
            }
            byte[] content = read(length);
            if (readInt() != BackupLayout.checksum(frames, content)) {
                throw BackupLayout.damaged("frame %d, at offset %d, fails its checksum"
                        .formatted(frames, bytes - length - 2 * Integer.BYTES));
            }
            decode(ByteBuffer.wrap(content), sink);
            frames++;
        }
        if (!Arrays.equals(read(BackupLayout.END_BYTES), BackupLayout.encodeEnd(records, frames))) {
            throw BackupLayout.damaged(
                    "the end counts otherwise than %d records, %d frames".formatted(records, frames));
        }
        requireEnd();
        return new BackupSummary(header.volume(), header.taken(), records, bytes);
    }

    private void decode(ByteBuffer content, Sink sink) {
        while (content.hasRemaining()) {
            if (content.remaining() < BackupLayout.RECORD_HEAD_BYTES) {
                throw wrongRecord();
            }
            byte[] key = new byte[Byte.toUnsignedInt(content.get())];
            int length = content.getInt();
            if (length < 0 || length > OrderedStore.VALUE_BYTES_MAX || key.length + length > content.remaining()) {
                throw wrongRecord();
            }
            byte[] value = new byte[length];
            content.get(key).get(value);
            if (Arrays.compareUnsigned(last, key) >= 0) {
                throw wrongRecord();
            }
            last = key;
            records++;
            sink.put(key, value);
        }
    }

    private RuntimeException wrongRecord() {
        return BackupLayout.damaged("record %d, in frame %d, is none".formatted(records, frames));
    }

    private void requireEnd() {
        try {
            if (in.read() >= 0) {
                throw BackupLayout.damaged("something follows the end, at offset " + bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the backup cannot be read", e);
        }
    }

    private int readInt() {
        return ByteBuffer.wrap(read(Integer.BYTES)).getInt();
    }

    private byte[] read(int length) {
        byte[] read;
        try {
            read = in.readNBytes(length);
        } catch (IOException e) {
            throw new UncheckedIOException("the backup cannot be read", e);
        }
        if (read.length < length) {
            throw BackupLayout.damaged("it ends at offset " + (bytes + read.length));
        }
        bytes += length;
        return read;
    }
}
