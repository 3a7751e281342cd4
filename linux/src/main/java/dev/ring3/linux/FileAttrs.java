package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file's attributes of the filesystem, not of {@code stat(2)}: {@code file_getattr(2)} (Linux 6.17), or where that is
 * missing {@code FS_IOC_FSGETXATTR}, or {@code FS_IOC_GETFLAGS}, which knows the flags alone.
 *
 * @param flags properties
 * @param extentSizeBytes how much is allocated at once; 0 is the filesystem's choice
 * @param extents how many there are; 0 if not told
 * @param projectId for quotas
 * @param cowExtentSizeBytes how much is allocated at once for copies on write
 * @param otherFlags bits that {@link FileFlag} does not know
 */
public record FileAttrs(
        Set<FileFlag> flags, int extentSizeBytes, int extents, int projectId, int cowExtentSizeBytes, long otherFlags) {
    private static final int AT_FDCWD = -100;

    /** {@code struct file_attr}: u64 xflags, u32 extent size, extents, project, copy-on-write extent size. */
    private static final int ATTR_BYTES = 24;

    /** {@code struct fsxattr}: u32 xflags and the same, 8 bytes spare. */
    private static final int XATTR_BYTES = 28;

    private static final int FSGETXATTR = 0x801c581f;
    private static final int FSSETXATTR = 0x401c5820;

    /** {@code FS_IOC_GETFLAGS}: writes an int, whatever its number says. */
    private static final int GETFLAGS = 0x80086601;

    /** Makes a copy of the flags. */
    public FileAttrs {
        flags = flags.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(flags));
    }

    /**
     * Those of the file that a path leads to.
     *
     * @return empty if the filesystem has none
     * @throws LinuxException if there is no such file
     */
    public static Optional<FileAttrs> of(Path path) {
        return of(HostSystemCalls.get(), path);
    }

    static Optional<FileAttrs> of(SystemCalls calls, Path path) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment name = memory.cString(PathBytes.of(path));
            MemorySegment attr = memory.allocate(ATTR_BYTES, Long.BYTES);
            long result = calls.call(
                    memory, SystemCall.FILE_GETATTR, AT_FDCWD, name.address(), attr.address(), ATTR_BYTES, 0);
            if (result >= 0) {
                return Optional.of(decode(attr.get(ValueLayout.JAVA_LONG, 0), attr, Long.BYTES));
            }
            if (!Ioctl.isUnknown(result)) {
                LinuxException.require(result, "file_getattr", path.toString());
            }
        }
        try (RawFile file = Ioctl.open(calls, path)) {
            return byIoctl(file);
        }
    }

    private static Optional<FileAttrs> byIoctl(RawFile file) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment answer = memory.allocate(XATTR_BYTES, Long.BYTES);
            long result = Ioctl.ask(file, FSGETXATTR, answer);
            if (result >= 0) {
                long xflags = Integer.toUnsignedLong(answer.get(ValueLayout.JAVA_INT, 0));
                return Optional.of(decode(xflags, answer, Integer.BYTES));
            }
            result = Ioctl.ask(file, GETFLAGS, answer);
            if (Ioctl.isUnknown(result)) {
                return Optional.empty();
            }
            LinuxException.require(
                    result, "ioctl(FS_IOC_GETFLAGS)", file.owned().object());
            return Optional.of(new FileAttrs(FileFlag.ofFlags(answer.get(ValueLayout.JAVA_INT, 0)), 0, 0, 0, 0, 0));
        }
    }

    private static FileAttrs decode(long xflags, MemorySegment rest, int at) {
        return new FileAttrs(
                FileFlag.ofXflags(xflags),
                rest.get(ValueLayout.JAVA_INT, at),
                rest.get(ValueLayout.JAVA_INT, at + 4L),
                rest.get(ValueLayout.JAVA_INT, at + 8L),
                rest.get(ValueLayout.JAVA_INT, at + 12L),
                xflags & ~FileFlag.knownXflags());
    }

    /**
     * Gives a file these attributes. To change one, {@link #of} comes first and {@link #withFlags} between.
     *
     * @throws LinuxException with {@link Errno#EOPNOTSUPP} or {@link Errno#EINVAL} for what the filesystem cannot,
     *     {@link Errno#EPERM} for what takes a privilege
     */
    public void applyTo(Path path) {
        applyTo(HostSystemCalls.get(), path);
    }

    void applyTo(SystemCalls calls, Path path) {
        long xflags = FileFlag.xflags(flags) | otherFlags;
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment name = memory.cString(PathBytes.of(path));
            MemorySegment attr = memory.allocate(ATTR_BYTES, Long.BYTES);
            attr.set(ValueLayout.JAVA_LONG, 0, xflags);
            encode(attr, Long.BYTES);
            long result = calls.call(
                    memory, SystemCall.FILE_SETATTR, AT_FDCWD, name.address(), attr.address(), ATTR_BYTES, 0);
            if (result != -Errno.ENOSYS.number()) {
                LinuxException.require(result, "file_setattr", path.toString());
                return;
            }
        }
        try (RawFile file = Ioctl.open(calls, path);
                CallMemory memory = CallMemory.open()) {
            MemorySegment attr = memory.allocate(XATTR_BYTES, Long.BYTES);
            attr.set(ValueLayout.JAVA_INT, 0, (int) xflags);
            encode(attr, Integer.BYTES);
            LinuxException.require(Ioctl.ask(file, FSSETXATTR, attr), "ioctl(FS_IOC_FSSETXATTR)", path.toString());
        }
    }

    private void encode(MemorySegment attr, int at) {
        attr.set(ValueLayout.JAVA_INT, at, extentSizeBytes);
        attr.set(ValueLayout.JAVA_INT, at + 4L, extents);
        attr.set(ValueLayout.JAVA_INT, at + 8L, projectId);
        attr.set(ValueLayout.JAVA_INT, at + 12L, cowExtentSizeBytes);
    }

    /** These with other flags. */
    public FileAttrs withFlags(Set<FileFlag> others) {
        return new FileAttrs(others, extentSizeBytes, extents, projectId, cowExtentSizeBytes, otherFlags);
    }
}
