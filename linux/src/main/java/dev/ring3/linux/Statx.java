package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel knows about a file, {@code statx(2)}. Immutable. Each value is there if the kernel said so in its
 * mask, whatever the kernel's version and the filesystem: nothing can be assumed.
 */
public final class Statx {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final int TYPE = 0x001;
    private static final int MODE = 0x002;
    private static final int NLINK = 0x004;
    private static final int UID = 0x008;
    private static final int GID = 0x010;
    private static final int ATIME = 0x020;
    private static final int MTIME = 0x040;
    private static final int CTIME = 0x080;
    private static final int INO = 0x100;
    private static final int SIZE = 0x200;
    private static final int BLOCKS = 0x400;

    private static final int TYPE_BITS = 0170000;

    private final MemorySegment statx; // of the heap

    private Statx(MemorySegment statx) {
        this.statx = statx;
    }

    /**
     * Of the file that a path leads to, through symbolic links.
     *
     * @param fields asked for besides {@link StatxField#BASIC}
     * @throws LinuxException with {@link Errno#ENOENT}, {@link Errno#EACCES}
     */
    public static Statx of(Path path, StatxField... fields) {
        return of(HostSystemCalls.get(), path, 0, fields);
    }

    /** Of the file that a path names, which may be a symbolic link. */
    public static Statx ofLink(Path path, StatxField... fields) {
        return of(HostSystemCalls.get(), path, AT_SYMLINK_NOFOLLOW, fields);
    }

    static Statx of(SystemCalls calls, Path path, int flags, StatxField... fields) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment name = memory.cString(PathBytes.of(path));
            return ask(calls, memory, AT_FDCWD, name, flags, path.toString(), fields);
        }
    }

    static Statx of(SystemCalls calls, int fd, String object, StatxField... fields) {
        try (CallMemory memory = CallMemory.open()) {
            return ask(calls, memory, fd, memory.cString(""), AT_EMPTY_PATH, object, fields);
        }
    }

    private static Statx ask(
            SystemCalls calls,
            CallMemory memory,
            int folder,
            MemorySegment name,
            int flags,
            String object,
            StatxField... fields) {
        MemorySegment buffer = memory.allocate(StatxLayout.BYTES, Long.BYTES);
        int asked = StatxField.BASIC.bits() | StatxField.bits(fields);
        long result = calls.call(memory, SystemCall.STATX, folder, name.address(), flags, asked, buffer.address());
        LinuxException.require(result, "statx", object);
        return new Statx(MemorySegment.ofArray(buffer.toArray(ValueLayout.JAVA_LONG)));
    }

    /**
     * One that did not come from a kernel: of a filesystem of one's own, see {@link FilesystemQueries}.
     *
     * @param statx a whole {@code struct statx} in the host's byte order, which is copied; its mask says what counts
     */
    public static Statx of(MemorySegment statx) {
        if (statx.byteSize() != StatxLayout.BYTES) {
            throw new IllegalArgumentException("a struct statx of %d bytes".formatted(statx.byteSize()));
        }
        MemorySegment copy = MemorySegment.ofArray(new long[StatxLayout.BYTES / Long.BYTES]);
        return new Statx(copy.copyFrom(statx));
    }

    /** The {@code STATX_*} bits of what was given. */
    public int mask() {
        return u32(StatxLayout.MASK_AT);
    }

    /** How many bytes at a time are read or written best. */
    public int preferredBlockBytes() {
        return u32(StatxLayout.BLKSIZE_AT);
    }

    /** Type and permissions in one, {@code st_mode}; of some kernel objects, pidfds among them, without a type. */
    public OptionalInt mode() {
        return has(TYPE | MODE)
                ? OptionalInt.of(statx.get(ValueLayout.JAVA_SHORT, StatxLayout.MODE_AT) & 0xffff)
                : OptionalInt.empty();
    }

    /** The type; empty also for objects that have none of those known. */
    public Optional<FileType> type() {
        OptionalInt mode = mode();
        return mode.isPresent() ? FileType.of(mode.getAsInt() & TYPE_BITS) : Optional.empty();
    }

    /** The permissions, {@code 07777}. */
    public OptionalInt permissions() {
        OptionalInt mode = mode();
        return mode.isPresent() ? OptionalInt.of(mode.getAsInt() & ~TYPE_BITS) : mode;
    }

    /** How many names it has. */
    public OptionalInt links() {
        return optional32(NLINK, StatxLayout.NLINK_AT);
    }

    /** The owner; unsigned. */
    public OptionalInt uid() {
        return optional32(UID, StatxLayout.UID_AT);
    }

    /** The group; unsigned. */
    public OptionalInt gid() {
        return optional32(GID, StatxLayout.GID_AT);
    }

    /** The inode's number, unique within device and subvolume. */
    public OptionalLong inode() {
        return optional64(INO, StatxLayout.INO_AT);
    }

    /** The size. */
    public OptionalLong sizeBytes() {
        return optional64(SIZE, StatxLayout.SIZE_AT);
    }

    /** What it takes on the device, in units of 512 bytes. */
    public OptionalLong blocks512() {
        return optional64(BLOCKS, StatxLayout.BLOCKS_AT);
    }

    /** When it was last read. */
    public Optional<Instant> accessTime() {
        return time(ATIME, StatxLayout.ATIME_AT);
    }

    /** When it was made. */
    public Optional<Instant> birthTime() {
        return time(StatxField.BIRTH_TIME.bits(), StatxLayout.BTIME_AT);
    }

    /** When data or metadata last changed. */
    public Optional<Instant> changeTime() {
        return time(CTIME, StatxLayout.CTIME_AT);
    }

    /** When data last changed, or what somebody set in its place. */
    public Optional<Instant> modificationTime() {
        return time(MTIME, StatxLayout.MTIME_AT);
    }

    /** The device on which it lies. */
    public DeviceNumber device() {
        return new DeviceNumber(u32(StatxLayout.DEV_MAJOR_AT), u32(StatxLayout.DEV_MINOR_AT));
    }

    /** The device that it is, for device files. */
    public DeviceNumber ownDevice() {
        return new DeviceNumber(u32(StatxLayout.RDEV_MAJOR_AT), u32(StatxLayout.RDEV_MINOR_AT));
    }

    /** The mount's number in {@code /proc/self/mountinfo}. */
    public OptionalLong mountId() {
        return optional64(StatxField.MOUNT_ID.bits(), StatxLayout.MNT_ID_AT);
    }

    /** The mount's number for {@link Mounts}. */
    public OptionalLong uniqueMountId() {
        return optional64(StatxField.UNIQUE_MOUNT_ID.bits(), StatxLayout.MNT_ID_AT);
    }

    /** The subvolume's number. */
    public OptionalLong subvolume() {
        return optional64(StatxField.SUBVOLUME.bits(), StatxLayout.SUBVOL_AT);
    }

    /** How direct I/O has to be aligned; empty where it is not said, and not possible where alignments are 0. */
    public Optional<DirectIo> directIo() {
        if (!has(StatxField.DIRECT_IO.bits())) {
            return Optional.empty();
        }
        int offset = u32(StatxLayout.DIO_OFFSET_ALIGN_AT);
        int read = has(StatxField.DIRECT_READ.bits()) ? u32(StatxLayout.DIO_READ_OFFSET_ALIGN_AT) : 0;
        return Optional.of(new DirectIo(u32(StatxLayout.DIO_MEM_ALIGN_AT), offset, read == 0 ? offset : read, true));
    }

    /** The limits of atomic writes; empty where there can be none, also if the kernel knows of them. */
    public Optional<AtomicWrite> atomicWrite() {
        int most = u32(StatxLayout.ATOMIC_WRITE_UNIT_MAX_AT);
        return has(StatxField.ATOMIC_WRITE.bits()) && most != 0
                ? Optional.of(new AtomicWrite(
                        u32(StatxLayout.ATOMIC_WRITE_UNIT_MIN_AT),
                        most,
                        u32(StatxLayout.ATOMIC_WRITE_UNIT_MAX_OPT_AT),
                        u32(StatxLayout.ATOMIC_WRITE_SEGMENTS_MAX_AT)))
                : Optional.empty();
    }

    /** Whether it has an attribute; empty if the filesystem does not tell. */
    public Optional<Boolean> has(StatxAttribute attribute) {
        return (u64(StatxLayout.ATTRIBUTES_MASK_AT) & attribute.bit()) == 0
                ? Optional.empty()
                : Optional.of((u64(StatxLayout.ATTRIBUTES_AT) & attribute.bit()) != 0);
    }

    private boolean has(int bits) {
        return (mask() & bits) == bits;
    }

    private OptionalInt optional32(int bit, int at) {
        return has(bit) ? OptionalInt.of(u32(at)) : OptionalInt.empty();
    }

    private OptionalLong optional64(int bit, int at) {
        return has(bit) ? OptionalLong.of(u64(at)) : OptionalLong.empty();
    }

    private Optional<Instant> time(int bit, int at) {
        return has(bit) ? Optional.of(Instant.ofEpochSecond(u64(at), u32(at + Long.BYTES))) : Optional.empty();
    }

    private int u32(int at) {
        return statx.get(ValueLayout.JAVA_INT, at);
    }

    private long u64(int at) {
        return statx.get(ValueLayout.JAVA_LONG, at);
    }
}
