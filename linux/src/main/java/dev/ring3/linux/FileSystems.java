package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Which filesystem a path lies on, and its names. A name that the filesystem does not have is empty. */
public final class FileSystems {
    /** {@code FS_IOC_GETFSUUID}: u8 length, 16 bytes (Linux 6.9). */
    static final int GET_UUID = 0x80111500;

    /** {@code FS_IOC_GETFSSYSFSPATH}: u8 length, 128 bytes (Linux 6.9). */
    static final int GET_SYSFS_PATH = 0x80811501;

    private static final int UUID_BYTES = 16;
    private static final int SYSFS_PATH_BYTES = 128;

    /** {@code FS_IOC_GETVERSION}: writes an int, whatever its number says. */
    private static final int GET_VERSION = 0x80087601;

    private FileSystems() {}

    /**
     * The filesystem's own identity, which it keeps when it is mounted elsewhere. Empty if it has none, also if it was
     * made without.
     */
    public static Optional<UUID> uuid(Path path) {
        SystemCalls calls = HostSystemCalls.get();
        try (RawFile file = Ioctl.openOnFilesystem(calls, path);
                CallMemory memory = CallMemory.open()) {
            MemorySegment answer = memory.allocate(1 + UUID_BYTES, 1);
            long result = Ioctl.ask(file, GET_UUID, answer);
            if (result >= 0) {
                int length = Math.min(answer.get(ValueLayout.JAVA_BYTE, 0), UUID_BYTES);
                byte[] bytes = new byte[UUID_BYTES];
                MemorySegment.copy(answer, ValueLayout.JAVA_BYTE, 1, bytes, 0, length);
                return uuid(bytes);
            }
            if (!Ioctl.isUnknown(result)) {
                LinuxException.require(result, "ioctl(FS_IOC_GETFSUUID)", path.toString());
            }
            return Btrfs.filesystemUuid(file);
        }
    }

    /** Where the filesystem's own files are, under {@code /sys/fs}: {@code ext4/vda1}. */
    public static Optional<String> sysfsPath(Path path) {
        SystemCalls calls = HostSystemCalls.get();
        try (RawFile file = Ioctl.openOnFilesystem(calls, path);
                CallMemory memory = CallMemory.open()) {
            MemorySegment answer = memory.allocate(1 + SYSFS_PATH_BYTES, 1);
            long result = Ioctl.ask(file, GET_SYSFS_PATH, answer);
            if (Ioctl.isUnknown(result)) {
                return Optional.empty();
            }
            LinuxException.require(result, "ioctl(FS_IOC_GETFSSYSFSPATH)", path.toString());
            int length = Math.min(answer.get(ValueLayout.JAVA_BYTE, 0) & 0xff, SYSFS_PATH_BYTES);
            byte[] bytes = answer.asSlice(1, length).toArray(ValueLayout.JAVA_BYTE);
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** The filesystem's type, as in {@code /proc/filesystems}: {@code btrfs}. */
    public static Optional<String> type(Path path) {
        return Mounts.of(path).flatMap(Mount::type);
    }

    /**
     * How often the inode's number has been given to a file, so that number and generation together are never another
     * file's; unsigned. Empty if the filesystem does not count.
     */
    public static Optional<Integer> generation(Path path) {
        try (RawFile file = Ioctl.open(HostSystemCalls.get(), path)) {
            return generation(file);
        }
    }

    static Optional<Integer> generation(RawFile file) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment answer = memory.allocate(Long.BYTES, Long.BYTES);
            return Ioctl.ask(file, GET_VERSION, answer) < 0
                    ? Optional.empty()
                    : Optional.of(answer.get(ValueLayout.JAVA_INT, 0));
        }
    }

    /** Bytes in the order in which they are written; all zero is none. */
    static Optional<UUID> uuid(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        UUID uuid = new UUID(buffer.getLong(), buffer.getLong());
        return uuid.getMostSignificantBits() == 0 && uuid.getLeastSignificantBits() == 0
                ? Optional.empty()
                : Optional.of(uuid);
    }
}
