package dev.ring3.fs.extent;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The unit of allocation and of checksums: 4 KiB. */
public final class Blocks {
    /** Bytes in a block. */
    public static final int BYTES = 4096;

    private static final int SHIFT = 12;

    private Blocks() {}

    /** The block that holds a byte. */
    public static long of(long offsetBytes) {
        return offsetBytes >> SHIFT;
    }

    /** How many blocks hold so many bytes. */
    public static long covering(long bytes) {
        return (bytes >> SHIFT) + ((bytes & (BYTES - 1)) == 0 ? 0 : 1);
    }

    /** The offset of a block's first byte; that of the block after the last one would be 2^63 and is no offset. */
    public static long bytes(long blocks) {
        return blocks << SHIFT;
    }

    static boolean aligned(long offsetBytes) {
        return (offsetBytes & (BYTES - 1)) == 0;
    }

    /** The CRC32C of each block of a segment that is a whole number of blocks long. */
    static int[] checksums(MemorySegment data) {
        int[] sums = new int[Math.toIntExact(of(data.byteSize()))];
        ByteBuffer buffer = data.asByteBuffer();
        CRC32C crc = new CRC32C();
        for (int i = 0; i < sums.length; i++) {
            sums[i] = checksum(crc, buffer, i);
        }
        return sums;
    }

    /** The first block whose CRC32C is not {@code sums[from + block]}; -1 if all are right. */
    static int firstWrong(MemorySegment data, int[] sums, int from) {
        int blocks = Math.toIntExact(of(data.byteSize()));
        ByteBuffer buffer = data.asByteBuffer();
        CRC32C crc = new CRC32C();
        for (int i = 0; i < blocks; i++) {
            if (checksum(crc, buffer, i) != sums[from + i]) {
                return i;
            }
        }
        return -1;
    }

    /** The CRC32C of a piece of data of any length. */
    static int checksum(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data, 0, data.length);
        return (int) crc.getValue();
    }

    private static int checksum(CRC32C crc, ByteBuffer buffer, int block) {
        crc.reset();
        buffer.limit((block + 1) * BYTES).position(block * BYTES);
        crc.update(buffer);
        return (int) crc.getValue();
    }
}
