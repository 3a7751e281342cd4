package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * What never changes of a volume, or seldom: its superblock.
 *
 * @param compatible features that a reader may not know
 * @param readOnlyCompatible features that whoever writes must know
 * @param incompatible features that whoever reads must know
 * @param nameKey of the hash that places names; 16 bytes
 * @param handleKey that signs file handles; 16 bytes
 * @param sizeLimitBytes what the volume may take; -1 for what there is
 */
@SuppressWarnings("ArrayRecordComponent") // keys are read, never compared
record VolumeHeader(
        UUID uuid,
        Instant created,
        long compatible,
        long readOnlyCompatible,
        long incompatible,
        byte[] nameKey,
        byte[] handleKey,
        long sizeLimitBytes) {
    /** The format of this version of Ring3. Greater than what a Ring3 knows: refused. */
    static final int FORMAT = 1;

    /** Features that this version knows. */
    static final long READ_ONLY_COMPATIBLE_KNOWN = 0;

    static final long INCOMPATIBLE_KNOWN = 0;

    static final int BYTES = 512;

    /** "RING3FS" and a zero. */
    private static final long MAGIC = 0x52494E4733465300L;

    private static final int KEY_BYTES = 16;

    /** For encryption at rest: 0 for none, and parameters. */
    private static final int ENCRYPTION = 128;

    private static final int CHECKSUM = BYTES - Integer.BYTES;

    /** A new volume's. */
    static VolumeHeader create(Instant now, SecureRandom random) {
        byte[] nameKey = new byte[KEY_BYTES];
        byte[] handleKey = new byte[KEY_BYTES];
        random.nextBytes(nameKey);
        random.nextBytes(handleKey);
        UUID uuid = new UUID(random.nextLong(), random.nextLong());
        UUID random4 = new UUID(
                (uuid.getMostSignificantBits() & ~0xf000L) | 0x4000L,
                (uuid.getLeastSignificantBits() << 2 >>> 2) | (1L << 63));
        return new VolumeHeader(random4, now, 0, 0, 0, nameKey, handleKey, -1);
    }

    VolumeHeader withSizeLimit(long bytes) {
        return new VolumeHeader(uuid, created, compatible, readOnlyCompatible, incompatible, nameKey, handleKey, bytes);
    }

    /**
     * Big-endian: magic u64, format u32, reserved u32, uuid 16 bytes, created (seconds i64, nanoseconds u32), reserved
     * u32, the three sets of features u64 each, the two keys, the size limit i64, zeros; from 128 on the scheme of
     * encryption u32 (0: none) and what it needs; in the last four bytes of 512 the CRC-32C of all before.
     */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES)
                .putLong(MAGIC)
                .putInt(FORMAT)
                .putInt(0)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .putLong(created.getEpochSecond())
                .putInt(created.getNano())
                .putInt(0)
                .putLong(compatible)
                .putLong(readOnlyCompatible)
                .putLong(incompatible)
                .put(nameKey)
                .put(handleKey)
                .putLong(sizeLimitBytes);
        return out.putInt(CHECKSUM, checksum(out.array())).array();
    }

    /**
     * Reads it.
     *
     * @throws FsException EUCLEAN if it is damaged or no superblock; EOPNOTSUPP, saying why, if it is of a newer Ring3
     */
    static VolumeHeader decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.BIG_ENDIAN);
        if (value.length < Long.BYTES + Integer.BYTES || in.getLong() != MAGIC) {
            throw new FsException(Errno.EUCLEAN, "open volume", "no superblock");
        }
        int format = in.getInt();
        if (format > FORMAT) {
            throw refused("format %d; this Ring3 knows up to %d".formatted(format, FORMAT));
        }
        if (format < 1 || value.length != BYTES || in.getInt(CHECKSUM) != checksum(value)) {
            throw new FsException(Errno.EUCLEAN, "open volume", "the superblock fails its checksum");
        }
        in.getInt();
        UUID uuid = new UUID(in.getLong(), in.getLong());
        Instant created = Instant.ofEpochSecond(in.getLong(), in.getInt());
        in.getInt();
        long compatible = in.getLong();
        long readOnlyCompatible = in.getLong();
        long incompatible = in.getLong();
        if ((incompatible & ~INCOMPATIBLE_KNOWN) != 0 || (readOnlyCompatible & ~READ_ONLY_COMPATIBLE_KNOWN) != 0) {
            throw refused("features 0x%x and 0x%x, of which this Ring3 does not know all"
                    .formatted(incompatible, readOnlyCompatible));
        }
        byte[] nameKey = new byte[KEY_BYTES];
        byte[] handleKey = new byte[KEY_BYTES];
        in.get(nameKey);
        in.get(handleKey);
        long sizeLimit = in.getLong();
        if (in.getInt(ENCRYPTION) != 0) {
            throw refused("encryption scheme " + in.getInt(ENCRYPTION));
        }
        return new VolumeHeader(
                uuid, created, compatible, readOnlyCompatible, incompatible, nameKey, handleKey, sizeLimit);
    }

    private static FsException refused(String why) {
        return new FsException(Errno.EOPNOTSUPP, "open volume", "a volume of a newer Ring3: " + why);
    }

    private static int checksum(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CHECKSUM);
        return (int) crc.getValue();
    }
}
