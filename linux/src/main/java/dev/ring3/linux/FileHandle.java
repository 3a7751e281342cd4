package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * A file's name for ever within its filesystem: renaming does not touch it, and when the file is gone it is stale and
 * never another file ({@code name_to_handle_at(2)}). Can be stored: {@link #type} and {@link #bytes} are all of it.
 */
public final class FileHandle {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;

    /** {@code AT_HANDLE_FID}: enough to compare, not always to open. */
    private static final int AT_HANDLE_FID = 0x200;

    /** {@code AT_HANDLE_MNT_ID_UNIQUE}: the 64-bit number of the mount. */
    private static final int AT_HANDLE_MNT_ID_UNIQUE = 0x1;

    /** {@code struct file_handle}: u32 length, s32 type, bytes; at most {@code MAX_HANDLE_SZ} of them. */
    static final int LENGTH_AT = 0;

    static final int TYPE_AT = 4;
    static final int BYTES_AT = 8;
    static final int BYTES_MAX = 128;

    private final int type;
    private final byte[] bytes;
    private final OptionalLong uniqueMountId;

    private FileHandle(int type, byte[] bytes, OptionalLong uniqueMountId) {
        this.type = type;
        this.bytes = bytes;
        this.uniqueMountId = uniqueMountId;
    }

    /**
     * One that was stored.
     *
     * @throws IllegalArgumentException for more bytes than any filesystem uses
     */
    public static FileHandle of(int type, byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("a file handle of %d bytes".formatted(bytes.length));
        }
        return new FileHandle(type, bytes.clone(), OptionalLong.empty());
    }

    /**
     * That of the file that a path leads to, through symbolic links.
     *
     * @throws LinuxException with {@link Errno#EOPNOTSUPP} on filesystems without handles
     */
    public static FileHandle of(Path path) {
        return of(HostSystemCalls.get(), path, AT_SYMLINK_FOLLOW);
    }

    /** That of the file that a path names, which may be a symbolic link. */
    public static FileHandle ofLink(Path path) {
        return of(HostSystemCalls.get(), path, 0);
    }

    /** That of an open file. */
    public static FileHandle of(RawFile file) {
        return of(file.calls(), file.owned());
    }

    static FileHandle of(SystemCalls calls, OwnedDescriptor descriptor) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment empty = memory.cString("");
            return descriptor.use(fd -> ask(calls, memory, fd, empty, AT_EMPTY_PATH, descriptor.object()));
        }
    }

    private static FileHandle of(SystemCalls calls, Path path, int flags) {
        try (CallMemory memory = CallMemory.open()) {
            return ask(calls, memory, AT_FDCWD, memory.cString(PathBytes.of(path)), flags, path.toString());
        }
    }

    /** Tries from the most telling on: with the mount's number (Linux 6.12), plain, and by which to compare alone. */
    private static FileHandle ask(
            SystemCalls calls, CallMemory memory, int folder, MemorySegment name, int flags, String object) {
        MemorySegment handle = memory.allocate(BYTES_AT + BYTES_MAX, Long.BYTES);
        MemorySegment mount = memory.allocate(Long.BYTES, Long.BYTES);
        long result = 0;
        for (int extra : new int[] {AT_HANDLE_MNT_ID_UNIQUE, 0, AT_HANDLE_FID}) {
            handle.set(ValueLayout.JAVA_INT, LENGTH_AT, BYTES_MAX);
            result = calls.call(
                    memory,
                    SystemCall.NAME_TO_HANDLE_AT,
                    folder,
                    name.address(),
                    handle.address(),
                    mount.address(),
                    flags | extra);
            if (result >= 0) {
                return new FileHandle(
                        handle.get(ValueLayout.JAVA_INT, TYPE_AT),
                        handle.asSlice(BYTES_AT, handle.get(ValueLayout.JAVA_INT, LENGTH_AT))
                                .toArray(ValueLayout.JAVA_BYTE),
                        extra == AT_HANDLE_MNT_ID_UNIQUE
                                ? OptionalLong.of(mount.get(ValueLayout.JAVA_LONG, 0))
                                : OptionalLong.empty());
            }
            if (result != -Errno.EINVAL.number() && result != -Errno.EOPNOTSUPP.number()) {
                break;
            }
        }
        throw new LinuxException("name_to_handle_at", object, (int) -result);
    }

    /**
     * Opens the file, whatever its path is now. Takes the privilege {@code CAP_DAC_READ_SEARCH}.
     *
     * @param mount a file or directory on the mount through which it is opened
     * @throws LinuxException with {@link Errno#ESTALE} if the file is gone, {@link Errno#EPERM} without the privilege
     */
    public RawFile open(RawFile mount, Access access, OpenFlag... flags) {
        int bits = OpenFlag.bits(Architecture.host(), Arrays.asList(flags)) | access.bits();
        SystemCalls calls = mount.calls();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment handle = encode(memory);
            long fd = mount.owned()
                    .use(number -> calls.call(memory, SystemCall.OPEN_BY_HANDLE_AT, number, handle.address(), bits));
            LinuxException.require(fd, "open_by_handle_at", toString());
            return new RawFile(calls, (int) fd, toString(), Arrays.asList(flags).contains(OpenFlag.DIRECT));
        }
    }

    MemorySegment encode(CallMemory memory) {
        MemorySegment handle = memory.allocate(BYTES_AT + (long) bytes.length, Long.BYTES);
        handle.set(ValueLayout.JAVA_INT, LENGTH_AT, bytes.length);
        handle.set(ValueLayout.JAVA_INT, TYPE_AT, type);
        MemorySegment.copy(bytes, 0, handle, ValueLayout.JAVA_BYTE, BYTES_AT, bytes.length);
        return handle;
    }

    /** How the filesystem means the bytes, {@code FILEID_*}. */
    public int type() {
        return type;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The mount it was asked through, for {@link Mounts#find} (Linux 6.12); no part of the name. */
    public OptionalLong uniqueMountId() {
        return uniqueMountId;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileHandle handle && handle.type == type && Arrays.equals(handle.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "handle %#x:%s".formatted(type, HexFormat.of().formatHex(bytes));
    }
}
