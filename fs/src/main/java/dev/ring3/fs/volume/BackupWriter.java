package dev.ring3.fs.volume;

import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.UUID;

/** Writes the metadata of a volume as a {@link BackupLayout} says: all that is in its store, of one moment. */
final class BackupWriter {
    private final DataOutputStream out;
    private final ByteArrayOutputStream frame = new ByteArrayOutputStream();
    private final DataOutputStream records = new DataOutputStream(frame);
    private long written;
    private long frames;
    private long count;

    private BackupWriter(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    /**
     * Writes it, with all that was written to files before; the volume may be in use. Closes nothing.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    static BackupSummary run(VolumeCore core, OutputStream out, VolumeReport.Progress progress) {
        core.requireOpen("back up");
        core.writeback().flushAll();
        OrderedStore live = core.store();
        live.durable(live.lastWritten());
        UUID volume = core.header().uuid();
        Instant now = core.now();
        long transaction = live.lastWritten().value();
        try (Cursor all = live.scan(new byte[] {0}, new byte[] {(byte) 0xff})) {
            BackupWriter writer = new BackupWriter(out);
            writer.write(BackupLayout.encode(new BackupLayout.Header(volume, now, transaction)));
            while (all.next()) {
                writer.add(all.key(), all.value());
                progress.at(writer.count);
            }
            writer.end();
            return new BackupSummary(volume, now, writer.count, writer.written);
        } catch (IOException e) {
            throw new UncheckedIOException("the backup cannot be written", e);
        }
    }

    private void add(byte[] key, byte[] value) throws IOException {
        records.writeByte(key.length);
        records.writeInt(value.length);
        records.write(key);
        records.write(value);
        count++;
        if (frame.size() >= BackupLayout.FRAME_BYTES) {
            endFrame();
        }
    }

    private void endFrame() throws IOException {
        byte[] content = frame.toByteArray();
        frame.reset();
        writeInt(content.length);
        write(content);
        writeInt(BackupLayout.checksum(frames, content));
        frames++;
    }

    private void end() throws IOException {
        if (frame.size() > 0) {
            endFrame();
        }
        writeInt(0);
        write(BackupLayout.encodeEnd(count, frames));
        out.flush();
    }

    private void writeInt(int value) throws IOException {
        out.writeInt(value);
        written += Integer.BYTES;
    }

    private void write(byte[] part) throws IOException {
        out.write(part);
        written += part.length;
    }
}
