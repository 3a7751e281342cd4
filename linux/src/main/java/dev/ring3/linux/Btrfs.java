package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Subvolumes of btrfs. The list comes out of the filesystem's tree of roots, in time that grows with the number of
 * subvolumes and not of files, and takes root; one subvolume can be asked of by everybody who can open it.
 */
public final class Btrfs {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int UUID_BYTES = 16;

    private Btrfs() {}

    /** Whether a path lies on btrfs. */
    public static boolean isOn(Path path) {
        return FilesystemSpace.of(path).magic() == 0x9123683eL;
    }

    /**
     * All subvolumes of the filesystem, by ascending numbers, with their paths; the top itself is not among them.
     * Deleted ones that are still being taken apart are not there either.
     *
     * @param anywhere a file or directory on the filesystem
     * @throws LinuxException with {@link Errno#EPERM} without root, {@link Errno#ENOTTY} if it is not btrfs
     */
    public static List<Subvolume> subvolumes(Path anywhere) {
        try (RawFile file = Ioctl.openOnFilesystem(HostSystemCalls.get(), anywhere)) {
            Map<Long, Found> found = search(file);
            Map<Long, String> paths = new HashMap<>();
            List<Subvolume> all = new ArrayList<>();
            found.forEach((id, one) -> {
                if (one.item != null && one.reference != null && one.item.references() != 0) {
                    all.add(one.item.subvolume(id, one.reference, path(file, found, paths, id)));
                }
            });
            all.sort((a, b) -> Long.compareUnsigned(a.id(), b.id()));
            return List.copyOf(all);
        }
    }

    /**
     * The subvolume in which a file or directory lies, without its path.
     *
     * @throws LinuxException with {@link Errno#ENOTTY} if it is not btrfs
     */
    public static Subvolume subvolumeOf(Path path) {
        try (RawFile file = Ioctl.openOnFilesystem(HostSystemCalls.get(), path);
                CallMemory memory = CallMemory.open()) {
            MemorySegment info = memory.allocate(BtrfsLayout.INFO_BYTES, Long.BYTES);
            long result = Ioctl.ask(file, BtrfsLayout.GET_SUBVOL_INFO, info);
            LinuxException.require(result, "ioctl(BTRFS_IOC_GET_SUBVOL_INFO)", path.toString());
            long parent = info.get(ValueLayout.JAVA_LONG, BtrfsLayout.INFO_PARENT_AT);
            return new Subvolume(
                    info.get(ValueLayout.JAVA_LONG, BtrfsLayout.INFO_ID_AT),
                    info.getString(BtrfsLayout.INFO_NAME_AT, StandardCharsets.UTF_8),
                    Optional.empty(),
                    parent == 0 ? OptionalLong.empty() : OptionalLong.of(parent),
                    info.get(ValueLayout.JAVA_LONG, BtrfsLayout.INFO_DIRECTORY_AT),
                    OptionalLong.of(info.get(ValueLayout.JAVA_LONG, BtrfsLayout.INFO_GENERATION_AT)),
                    (info.get(ValueLayout.JAVA_LONG, BtrfsLayout.INFO_FLAGS_AT) & BtrfsLayout.READ_ONLY) != 0,
                    uuid(info, BtrfsLayout.INFO_UUID_AT),
                    uuid(info, BtrfsLayout.INFO_PARENT_UUID_AT),
                    uuid(info, BtrfsLayout.INFO_RECEIVED_UUID_AT),
                    time(info, BtrfsLayout.INFO_OTIME_AT),
                    time(info, BtrfsLayout.INFO_CTIME_AT));
        }
    }

    /** The filesystem's identity, or nothing if it is not btrfs. */
    static Optional<UUID> filesystemUuid(RawFile file) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment info = memory.allocate(BtrfsLayout.FS_INFO_BYTES, Long.BYTES);
            return Ioctl.ask(file, BtrfsLayout.FS_INFO, info) < 0
                    ? Optional.empty()
                    : uuid(info, BtrfsLayout.FS_INFO_UUID_AT);
        }
    }

    private static final class Found {
        private @Nullable RootItem item;
        private @Nullable RootReference reference;
    }

    /** Every item of the tree of roots that is about a subvolume. */
    private static Map<Long, Found> search(RawFile file) {
        Map<Long, Found> found = new HashMap<>();
        long id = BtrfsLayout.FIRST_ID;
        int type = BtrfsLayout.ROOT_ITEM;
        long offset = 0;
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment arguments = memory.allocate(BtrfsLayout.SEARCH_BUFFER_AT + BUFFER_BYTES, Long.BYTES);
            while (true) {
                encodeSearch(arguments, id, type, offset);
                long result = Ioctl.ask(file, BtrfsLayout.TREE_SEARCH_V2, arguments);
                LinuxException.require(
                        result, "ioctl(BTRFS_IOC_TREE_SEARCH_V2)", file.owned().object());
                int count = arguments.get(ValueLayout.JAVA_INT, BtrfsLayout.SEARCH_COUNT_AT);
                if (count == 0) {
                    return found;
                }
                long at = BtrfsLayout.SEARCH_BUFFER_AT;
                for (int i = 0; i < count; i++) {
                    id = arguments.get(ValueLayout.JAVA_LONG_UNALIGNED, at + BtrfsLayout.HEADER_ID_AT);
                    offset = arguments.get(ValueLayout.JAVA_LONG_UNALIGNED, at + BtrfsLayout.HEADER_OFFSET_AT);
                    type = arguments.get(ValueLayout.JAVA_INT_UNALIGNED, at + BtrfsLayout.HEADER_TYPE_AT);
                    int length = arguments.get(ValueLayout.JAVA_INT_UNALIGNED, at + BtrfsLayout.HEADER_LENGTH_AT);
                    take(found, id, type, offset, arguments.asSlice(at + BtrfsLayout.HEADER_BYTES, length));
                    at += BtrfsLayout.HEADER_BYTES + length;
                }
                offset++; // on from the last one seen
                if (offset == 0) {
                    type++;
                }
            }
        }
    }

    private static void encodeSearch(MemorySegment arguments, long id, int type, long offset) {
        arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.SEARCH_TREE_AT, BtrfsLayout.ROOT_TREE);
        arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.SEARCH_MIN_ID_AT, id);
        arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.SEARCH_MAX_ID_AT, BtrfsLayout.LAST_ID);
        arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.SEARCH_MIN_OFFSET_AT, offset);
        arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.SEARCH_MAX_OFFSET_AT, -1L);
        arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.SEARCH_MAX_TRANSACTION_AT, -1L);
        arguments.set(ValueLayout.JAVA_INT, BtrfsLayout.SEARCH_MIN_TYPE_AT, type);
        arguments.set(ValueLayout.JAVA_INT, BtrfsLayout.SEARCH_MAX_TYPE_AT, BtrfsLayout.ROOT_BACKREF);
        arguments.set(ValueLayout.JAVA_INT, BtrfsLayout.SEARCH_COUNT_AT, -1);
        arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.SEARCH_BUFFER_BYTES_AT, BUFFER_BYTES);
    }

    private static void take(Map<Long, Found> found, long id, int type, long offset, MemorySegment item) {
        if (Long.compareUnsigned(id, BtrfsLayout.FIRST_ID) < 0) {
            return;
        }
        if (type == BtrfsLayout.ROOT_ITEM) {
            found.computeIfAbsent(id, _ -> new Found()).item = RootItem.decode(item);
        } else if (type == BtrfsLayout.ROOT_BACKREF) {
            found.computeIfAbsent(id, _ -> new Found()).reference = RootReference.decode(offset, item);
        }
    }

    /** The path from the top; empty if something above is gone. */
    private static Optional<String> path(RawFile file, Map<Long, Found> found, Map<Long, String> known, long id) {
        String already = known.get(id);
        if (already != null) {
            return Optional.of(already);
        }
        Found one = found.get(id);
        if (one == null || one.reference == null) {
            return Optional.empty();
        }
        RootReference reference = one.reference;
        Optional<String> above = reference.parentId() == BtrfsLayout.TOP_ID
                ? Optional.of("")
                : path(file, found, known, reference.parentId()).map(path -> path + "/");
        Optional<String> directory = directory(file, reference.parentId(), reference.directoryInode());
        Optional<String> path = above.flatMap(top -> directory.map(within -> top + within + reference.name()));
        path.ifPresent(text -> known.put(id, text));
        return path;
    }

    /** The path of a directory within its subvolume, empty or with a final slash. */
    private static Optional<String> directory(RawFile file, long subvolume, long inode) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment arguments = memory.allocate(BtrfsLayout.LOOKUP_BYTES, Long.BYTES);
            arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.LOOKUP_TREE_AT, subvolume);
            arguments.set(ValueLayout.JAVA_LONG, BtrfsLayout.LOOKUP_ID_AT, inode);
            long result = Ioctl.ask(file, BtrfsLayout.INO_LOOKUP, arguments);
            if (result == -Errno.ENOENT.number()) {
                return Optional.empty();
            }
            LinuxException.require(
                    result, "ioctl(BTRFS_IOC_INO_LOOKUP)", file.owned().object());
            return Optional.of(arguments.getString(BtrfsLayout.LOOKUP_NAME_AT, StandardCharsets.UTF_8));
        }
    }

    private static Optional<Instant> time(MemorySegment info, int at) {
        return BtrfsLayout.time(
                info.get(ValueLayout.JAVA_LONG, at), info.get(ValueLayout.JAVA_INT, at + (long) Long.BYTES));
    }

    static Optional<UUID> uuid(MemorySegment segment, long at) {
        return FileSystems.uuid(segment.asSlice(at, UUID_BYTES).toArray(ValueLayout.JAVA_BYTE));
    }
}
