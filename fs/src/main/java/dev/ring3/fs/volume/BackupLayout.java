package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The metadata of a volume in a file. Numbers are big-endian:
 *
 * <pre>
 * header      magic u64 "RING3MB" and a zero, format u32, zero u32, uuid of the volume 16 bytes, when (seconds i64,
 *             nanoseconds u32), zero u32, transaction i64, zeros; in the last four of 80 bytes the CRC-32C of all before
 * frames      length of the records u32, not 0; records; the CRC-32C of the frame's number u64 and of the records
 * end         0 u32; how many records u64; how many frames u64; the CRC-32C of these two u64
 * a record    length of the key u8, length of the value u32, key, value; in the order of the keys, each greater
 * </pre>
 */
final class BackupLayout {
    /** Greater than what a Ring3 knows: refused. */
    static final int FORMAT = 1;

    static final int HEADER_BYTES = 80;

    /** A frame ends with the record that reaches this. */
    static final int FRAME_BYTES = 1 << 20;

    /** So much can a record take beside its value. */
    static final int RECORD_HEAD_BYTES = 1 + 4;

    static final int END_BYTES = 8 + 8 + 4;

    /** "RING3MB" and a zero. */
    private static final long MAGIC = 0x52494E47334D4200L;

    private static final int HEADER_SUM = HEADER_BYTES - 4;

    private BackupLayout() {}

    /**
     * Whose metadata it is, of when.
     *
     * @param transaction that it has, with all before; later ones it may have too
     */
    record Header(UUID volume, Instant taken, long transaction) {}

    static byte[] encode(Header header) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES)
                .putLong(MAGIC)
                .putInt(FORMAT)
                .putInt(0)
                .putLong(header.volume.getMostSignificantBits())
                .putLong(header.volume.getLeastSignificantBits())
                .putLong(header.taken.getEpochSecond())
                .putInt(header.taken.getNano())
                .putInt(0)
                .putLong(header.transaction);
        return out.putInt(HEADER_SUM, checksum(out.array(), HEADER_SUM)).array();
    }

    /** @throws FsException EBADMSG if it is none or damaged; EOPNOTSUPP for one of a newer Ring3 */
    static Header decodeHeader(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getLong() != MAGIC) {
            throw damaged("no backup of metadata");
        }
        int format = in.getInt();
        if (format > FORMAT) {
            throw new FsException(
                    Errno.EOPNOTSUPP,
                    "read backup",
                    "a backup of a newer Ring3: format %d; this Ring3 knows up to %d".formatted(format, FORMAT));
        }
        if (format < 1 || in.getInt(HEADER_SUM) != checksum(bytes, HEADER_SUM)) {
            throw damaged("the header fails its checksum");
        }
        in.getInt();
        UUID volume = new UUID(in.getLong(), in.getLong());
        long seconds = in.getLong();
        int nanos = in.getInt();
        in.getInt();
        try {
            return new Header(volume, Instant.ofEpochSecond(seconds, nanos), in.getLong());
        } catch (DateTimeException e) {
            throw damaged("the header names no time");
        }
    }

    static byte[] encodeEnd(long records, long frames) {
        ByteBuffer out = ByteBuffer.allocate(END_BYTES).putLong(records).putLong(frames);
        return out.putInt(checksum(out.array(), 16)).array();
    }

    /** The checksum of a frame. */
    static int checksum(long number, byte[] records) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(number).flip());
        crc.update(records);
        return (int) crc.getValue();
    }

    static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    static FsException damaged(String what) {
        return new FsException(Errno.EBADMSG, "read backup", what);
    }
}
