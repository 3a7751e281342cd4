package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Each invariant, broken once: the check says which. */
class VolumeCheckTest {
    private static final long NODE = SnapshotId.FIRST.value();

    /** @param damage from the store and the number of the file to a batch that breaks something */
    record Fault(VolumeFinding.Kind found, String what, BiFunction<OrderedStore, Long, Batch> damage) {
        @Override
        public String toString() {
            return what;
        }
    }

    static final List<Fault> FAULTS = List.of(
            new Fault(
                    VolumeFinding.Kind.ENTRY,
                    "an inode is gone",
                    (store, ino) -> new Batch().delete(KeyLayout.version(Item.inode(ino), NODE))),
            new Fault(
                    VolumeFinding.Kind.LINKS,
                    "an entry is gone",
                    (store, ino) -> new Batch().delete(first(store, Kind.DIRENT))),
            new Fault(
                    VolumeFinding.Kind.DIRECTORY,
                    "an entry is gone",
                    (store, ino) -> new Batch().delete(first(store, Kind.DIRENT))),
            new Fault(
                    VolumeFinding.Kind.KEYS,
                    "a key is gone",
                    (store, ino) -> new Batch().delete(first(store, Kind.EXTENT))),
            new Fault(
                    VolumeFinding.Kind.USAGE,
                    "an extent is gone",
                    (store, ino) -> new Batch().delete(first(store, Kind.EXTENT))),
            new Fault(
                    VolumeFinding.Kind.DATA,
                    "an extent is gone",
                    (store, ino) -> new Batch().delete(first(store, Kind.EXTENT))),
            new Fault(
                    VolumeFinding.Kind.INDEX,
                    "a change is not named",
                    (store, ino) -> new Batch().delete(KeyLayout.born(NODE, ino))),
            new Fault(
                    VolumeFinding.Kind.RECORD,
                    "an inode is damaged",
                    (store, ino) -> new Batch().put(KeyLayout.version(Item.inode(ino), NODE), new byte[] {9, 9})),
            new Fault(
                    VolumeFinding.Kind.RECORD,
                    "an entry is damaged",
                    (store, ino) -> new Batch().put(first(store, Kind.DIRENT), new byte[] {9})),
            new Fault(
                    VolumeFinding.Kind.USAGE,
                    "a node counts wrongly",
                    (store, ino) -> new Batch()
                            .put(KeyLayout.numbered(KeyLayout.USAGE, NODE), new NodeUsage(5, 0, 7, 7).encode())),
            new Fault(
                    VolumeFinding.Kind.ORPHANED_ITEM,
                    "an item has no inode",
                    (store, ino) -> new Batch()
                            .put(KeyLayout.version(new Item(Kind.XATTR, 999, 1), NODE), Xattr.HOLE.encode())),
            new Fault(
                    VolumeFinding.Kind.TREE,
                    "a subvolume shows a node that is not there",
                    (store, ino) -> new Batch().delete(KeyLayout.numbered(KeyLayout.NODE, NODE))),
            new Fault(VolumeFinding.Kind.LINKS, "an inode counts its names wrongly", VolumeCheckTest::oneLinkMore));

    private static byte[] first(OrderedStore store, Kind kind) {
        byte letter = kind.letter();
        try (Cursor cursor = store.scan(new byte[] {letter}, KeyLayout.afterTable(letter))) {
            assertThat(cursor.next()).isTrue();
            return cursor.key();
        }
    }

    private static Batch oneLinkMore(OrderedStore store, long ino) {
        byte[] key = KeyLayout.version(Item.inode(ino), NODE);
        InodeRecord inode = InodeLayout.decode(Objects.requireNonNull(store.get(key)));
        inode.links++;
        return new Batch().put(key, InodeLayout.encode(inode));
    }

    @ParameterizedTest
    @FieldSource("FAULTS")
    void damage_isFound(Fault fault) {
        TestDisk disk = new TestDisk();
        try (Volume volume = disk.open()) {
            NodeId file = volume.create(
                            volume.root(), Name.of("f"), NewNode.of(FileType.REGULAR, 0644, 0, 1, 1), Guard.NONE)
                    .node()
                    .node();
            try (OpenNode open = volume.open(file)) {
                volume.write(open, 0, MemorySegment.ofArray(new byte[50_000]), WriteOptions.PLAIN);
            }
            assertThat(volume.check().isClean()).isTrue();
            disk.store().write(fault.damage().apply(disk.store(), file.ino().value()));
            assertThat(volume.check().findings())
                    .extracting(VolumeFinding::kind)
                    .contains(fault.found());
        }
    }

    @Test
    void superblock_bitFlipped_isRefused() {
        TestDisk disk = new TestDisk();
        disk.open().close();
        try (OrderedStore store = disk.medium.open("the fault")) {
            byte[] header = Objects.requireNonNull(store.get(KeyLayout.header()));
            header[70] ^= 1;
            store.write(new Batch().put(KeyLayout.header(), header));
        }
        assertThatThrownBy(disk::open)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EUCLEAN));
    }
}
