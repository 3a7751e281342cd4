package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Optional;

/**
 * What btrfs's {@code ioctl}s take and give ({@code include/uapi/linux/btrfs.h}), in the host's byte order, and the
 * items of its tree of roots ({@code include/uapi/linux/btrfs_tree.h}), packed and in little-endian order.
 */
final class BtrfsLayout {
    static final int TREE_SEARCH_V2 = 0xC0709411;
    static final int INO_LOOKUP = 0xD0009412;
    static final int FS_INFO = 0x8400941F;
    static final int GET_SUBVOL_INFO = 0x81F8943C;

    /** {@code struct btrfs_ioctl_search_args_v2}: the key, u64 size of the buffer, the buffer. */
    static final int SEARCH_TREE_AT = 0; // u64, as all but where said

    static final int SEARCH_MIN_ID_AT = 8;
    static final int SEARCH_MAX_ID_AT = 16;
    static final int SEARCH_MIN_OFFSET_AT = 24;
    static final int SEARCH_MAX_OFFSET_AT = 32;
    static final int SEARCH_MAX_TRANSACTION_AT = 48;
    static final int SEARCH_MIN_TYPE_AT = 56; // u32
    static final int SEARCH_MAX_TYPE_AT = 60; // u32
    static final int SEARCH_COUNT_AT = 64; // u32
    static final int SEARCH_BUFFER_BYTES_AT = 104;
    static final int SEARCH_BUFFER_AT = 112;

    /** {@code struct btrfs_ioctl_search_header}: u64 transaction, id, offset, u32 type, length of what follows. */
    static final int HEADER_BYTES = 32;

    static final int HEADER_ID_AT = 8;
    static final int HEADER_OFFSET_AT = 16;
    static final int HEADER_TYPE_AT = 24;
    static final int HEADER_LENGTH_AT = 28;

    static final long ROOT_TREE = 1;
    static final long TOP_ID = 5;
    static final long FIRST_ID = 256;
    static final long LAST_ID = -256;
    static final int ROOT_ITEM = 132;
    static final int ROOT_BACKREF = 144;

    /** {@code struct btrfs_root_item}. */
    static final int ITEM_GENERATION_AT = 160;

    static final int ITEM_FLAGS_AT = 208;
    static final int ITEM_REFERENCES_AT = 216; // u32
    static final int ITEM_GENERATION_V2_AT = 239;
    static final int ITEM_UUID_AT = 247;
    static final int ITEM_PARENT_UUID_AT = 263;
    static final int ITEM_RECEIVED_UUID_AT = 279;
    static final int ITEM_CTIME_AT = 327; // u64 seconds, u32 nanoseconds
    static final int ITEM_OTIME_AT = 339;

    /** Items older than Linux 3.6 end before the second generation. */
    static final int ITEM_BYTES_V2 = 375;

    static final long READ_ONLY = 1;

    /** {@code struct btrfs_root_ref}: u64 directory, u64 sequence, u16 length of the name that follows. */
    static final int REF_DIRECTORY_AT = 0;

    static final int REF_NAME_LENGTH_AT = 16;
    static final int REF_NAME_AT = 18;

    /** {@code struct btrfs_ioctl_ino_lookup_args}: u64 tree, u64 id, path with a final slash. */
    static final int LOOKUP_BYTES = 4096;

    static final int LOOKUP_TREE_AT = 0;
    static final int LOOKUP_ID_AT = 8;
    static final int LOOKUP_NAME_AT = 16;

    /** {@code struct btrfs_ioctl_fs_info_args}: u64 greatest device, count, 16 bytes identity. */
    static final int FS_INFO_BYTES = 1024;

    static final int FS_INFO_UUID_AT = 16;

    /** {@code struct btrfs_ioctl_get_subvol_info_args}. */
    static final int INFO_BYTES = 504;

    static final int INFO_ID_AT = 0;
    static final int INFO_NAME_AT = 8; // 256 bytes
    static final int INFO_PARENT_AT = 264;
    static final int INFO_DIRECTORY_AT = 272;
    static final int INFO_GENERATION_AT = 280;
    static final int INFO_FLAGS_AT = 288;
    static final int INFO_UUID_AT = 296;
    static final int INFO_PARENT_UUID_AT = 312;
    static final int INFO_RECEIVED_UUID_AT = 328;
    static final int INFO_CTIME_AT = 376; // u64 seconds, u32 nanoseconds, u32 pad
    static final int INFO_OTIME_AT = 392;

    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BtrfsLayout() {}

    static long le64(MemorySegment item, long at) {
        return item.get(LE64, at);
    }

    static int le32(MemorySegment item, long at) {
        return item.get(LE32, at);
    }

    static int le16(MemorySegment item, long at) {
        return item.get(LE16, at) & 0xffff;
    }

    static Optional<Instant> time(long seconds, int nanos) {
        return seconds == 0 && nanos == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds, nanos));
    }
}
