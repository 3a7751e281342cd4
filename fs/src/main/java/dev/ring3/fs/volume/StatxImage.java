package dev.ring3.fs.volume;

import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.linux.Statx;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * A {@link Stat} as the kernel would tell it: {@code struct statx} of {@code include/uapi/linux/stat.h}, 256 bytes in the
 * machine's byte order. A test reads it back with {@link Statx}.
 */
final class StatxImage {
    private static final int BYTES = 256;
    private static final int BLOCK_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final int ATTRIBUTES =
            StatFlags.COMPRESSED | StatFlags.IMMUTABLE | StatFlags.APPEND_ONLY | StatFlags.NO_DUMP;

    private StatxImage() {}

    static Statx of(Stat stat) {
        ByteBuffer image = ByteBuffer.wrap(new byte[BYTES]).order(ByteOrder.nativeOrder());
        image.putInt(stat.mask() & ~StatMask.CHANGE)
                .putInt(BLOCK_BYTES)
                .putLong(stat.flags() & ATTRIBUTES)
                .putInt(stat.links())
                .putInt(stat.uid())
                .putInt(stat.gid())
                .putShort((short) stat.mode())
                .putShort((short) 0)
                .putLong(stat.node().ino().value())
                .putLong(stat.sizeBytes())
                .putLong((stat.allocatedBytes() + SECTOR_BYTES - 1) / SECTOR_BYTES)
                .putLong(ATTRIBUTES);
        putTime(image, stat.accessTime());
        putTime(image, stat.birthTime());
        putTime(image, stat.changeTime());
        putTime(image, stat.modifyTime());
        image.putInt(stat.deviceMajor())
                .putInt(stat.deviceMinor())
                .putLong(0) // no device of its own
                .putLong(0) // nor a mount
                .putInt(stat.directIoAlignBytes())
                .putInt(stat.directIoAlignBytes())
                .putLong(stat.node().subvolume().value())
                .putInt(Math.min(stat.atomicWriteBytesMax(), BLOCK_BYTES))
                .putInt(stat.atomicWriteBytesMax())
                .putInt(stat.atomicWriteBytesMax() == 0 ? 0 : 1);
        MemorySegment aligned = MemorySegment.ofArray(new long[BYTES / Long.BYTES]);
        MemorySegment.copy(image.array(), 0, aligned, ValueLayout.JAVA_BYTE, 0, BYTES);
        return Statx.of(aligned);
    }

    private static void putTime(ByteBuffer image, Instant time) {
        image.putLong(time.getEpochSecond()).putInt(time.getNano()).putInt(0);
    }
}
