package dev.ring3.nfs.state;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The file of {@link ClientRecords}, big-endian: magic u32, version u32, instance u32, clean u32, server u64 twice, write
 * verifier u64, number of clients u32, for each 32 bytes of hash, CRC32C of all that u32.
 */
final class RecordsLayout {
    static final int HASH_BYTES = 32;

    private static final int MAGIC = 0x52334e43;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 44;

    /** What the file says. */
    record Content(
            int instance,
            boolean clean,
            long serverHigh,
            long serverLow,
            long writeVerifier,
            Set<ByteBuffer> clients) {}

    private RecordsLayout() {}

    static ByteBuffer encode(Content content) {
        int length = HEADER_BYTES + HASH_BYTES * content.clients().size() + Integer.BYTES;
        ByteBuffer out = ByteBuffer.allocate(length)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putInt(content.instance())
                .putInt(content.clean() ? 1 : 0)
                .putLong(content.serverHigh())
                .putLong(content.serverLow())
                .putLong(content.writeVerifier())
                .putInt(content.clients().size());
        content.clients().forEach(hash -> out.put(hash.duplicate()));
        return out.putInt(crc(out, out.position())).flip();
    }

    /** EUCLEAN for what {@link #encode} never made. */
    static Content decode(byte[] bytes, String name) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean whole = bytes.length >= HEADER_BYTES + Integer.BYTES
                && in.getInt(0) == MAGIC
                && in.getInt(4) == VERSION
                && in.getInt(bytes.length - Integer.BYTES) == crc(in, bytes.length - Integer.BYTES)
                && bytes.length == HEADER_BYTES + HASH_BYTES * in.getInt(HEADER_BYTES - 4) + Integer.BYTES;
        if (!whole) {
            throw new FsException(Errno.EUCLEAN, "nfs", name + " is damaged");
        }
        Set<ByteBuffer> clients = new LinkedHashSet<>();
        for (int at = HEADER_BYTES; at < bytes.length - Integer.BYTES; at += HASH_BYTES) {
            byte[] hash = new byte[HASH_BYTES];
            in.get(at, hash);
            clients.add(ByteBuffer.wrap(hash));
        }
        return new Content(in.getInt(8), in.getInt(12) != 0, in.getLong(16), in.getLong(24), in.getLong(32), clients);
    }

    private static int crc(ByteBuffer buffer, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(0, length));
        return (int) crc.getValue();
    }
}
