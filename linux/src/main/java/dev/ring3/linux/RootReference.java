package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Where a subvolume of btrfs hangs: {@code struct btrfs_root_ref}, whose key names the parent. */
record RootReference(long parentId, long directoryInode, String name) {
    static RootReference decode(long parentId, MemorySegment item) {
        byte[] name = item.asSlice(BtrfsLayout.REF_NAME_AT, BtrfsLayout.le16(item, BtrfsLayout.REF_NAME_LENGTH_AT))
                .toArray(ValueLayout.JAVA_BYTE);
        return new RootReference(
                parentId,
                BtrfsLayout.le64(item, BtrfsLayout.REF_DIRECTORY_AT),
                new String(name, StandardCharsets.UTF_8));
    }
}
