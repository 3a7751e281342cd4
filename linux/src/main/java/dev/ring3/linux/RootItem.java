package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** What btrfs keeps of a subvolume: {@code struct btrfs_root_item}. */
record RootItem(
        long generation,
        boolean isReadOnly,
        int references,
        Optional<UUID> uuid,
        Optional<UUID> parentUuid,
        Optional<UUID> receivedUuid,
        Optional<Instant> created,
        Optional<Instant> changed) {
    static RootItem decode(MemorySegment item) {
        long generation = BtrfsLayout.le64(item, BtrfsLayout.ITEM_GENERATION_AT);
        boolean readOnly = (BtrfsLayout.le64(item, BtrfsLayout.ITEM_FLAGS_AT) & BtrfsLayout.READ_ONLY) != 0;
        int references = BtrfsLayout.le32(item, BtrfsLayout.ITEM_REFERENCES_AT);
        // An old kernel wrote the item without knowing of what follows, and left its generation behind.
        boolean isV2 = item.byteSize() >= BtrfsLayout.ITEM_BYTES_V2
                && BtrfsLayout.le64(item, BtrfsLayout.ITEM_GENERATION_V2_AT) == generation;
        return isV2
                ? new RootItem(
                        generation,
                        readOnly,
                        references,
                        Btrfs.uuid(item, BtrfsLayout.ITEM_UUID_AT),
                        Btrfs.uuid(item, BtrfsLayout.ITEM_PARENT_UUID_AT),
                        Btrfs.uuid(item, BtrfsLayout.ITEM_RECEIVED_UUID_AT),
                        time(item, BtrfsLayout.ITEM_OTIME_AT),
                        time(item, BtrfsLayout.ITEM_CTIME_AT))
                : new RootItem(
                        generation,
                        readOnly,
                        references,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }

    Subvolume subvolume(long id, RootReference reference, Optional<String> path) {
        return new Subvolume(
                id,
                reference.name(),
                path,
                OptionalLong.of(reference.parentId()),
                reference.directoryInode(),
                OptionalLong.of(generation),
                isReadOnly,
                uuid,
                parentUuid,
                receivedUuid,
                created,
                changed);
    }

    private static Optional<Instant> time(MemorySegment item, int at) {
        return BtrfsLayout.time(BtrfsLayout.le64(item, at), BtrfsLayout.le32(item, at + (long) Long.BYTES));
    }
}
