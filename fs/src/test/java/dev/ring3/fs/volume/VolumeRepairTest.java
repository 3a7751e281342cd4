package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.testkit.TreeImage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damages a volume that nobody has open, repairs it, and looks at what is left. */
class VolumeRepairTest {
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 0755, 0, 1, 1);
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 1, 1);
    private static final byte[] DATA = new byte[50_000];

    private final TestDisk disk = new TestDisk();
    private NodeId root = NodeId.rootOf(SubvolumeId.FIRST);
    private NodeId directory = root;
    private NodeId file = root;
    private NodeId hard = root;
    private SubvolumeId snapshot = SubvolumeId.FIRST;
    private SubvolumeId nested = SubvolumeId.FIRST;
    private Map<String, String> main = Map.of();
    private Map<String, String> frozen = Map.of();

    @BeforeEach
    void fill() {
        new Random(1).nextBytes(DATA);
        try (Volume volume = disk.open()) {
            root = volume.root();
            directory = create(volume, root, "d", DIRECTORY);
            file = create(volume, directory, "f", FILE);
            write(volume, file, DATA);
            hard = create(volume, root, "h1", FILE);
            volume.link(hard, directory, Name.of("h2"), Guard.NONE);
            volume.setXattr(file, XattrName.parse("user.x"), new byte[] {1}, XattrMode.ANY, Guard.NONE);
            nested = volume.subvolumes().create(directory, Name.of("nested"), DIRECTORY, Guard.NONE);
            snapshot = volume.subvolumes().snapshot(root.subvolume(), Name.of("s"), true);
            create(volume, root, "later", FILE);
            write(volume, file, Arrays.copyOf(DATA, 9000));
            volume.subvolumes().snapshot(root.subvolume(), Name.of("t"), false);
        }
        try (Volume volume = disk.open()) {
            main = TreeImage.of(volume, SubvolumeId.FIRST);
            frozen = TreeImage.of(volume, snapshot);
        }
    }

    private static NodeId create(Volume volume, NodeId directory, String name, NewNode node) {
        return volume.create(directory, Name.of(name), node, Guard.NONE).node().node();
    }

    private static void write(Volume volume, NodeId file, byte[] bytes) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, 0, MemorySegment.ofArray(bytes), WriteOptions.PLAIN);
        }
    }

    private interface Damage {
        void apply(OrderedStore store, Batch batch);
    }

    private RepairReport repair(Damage damage) {
        try (OrderedStore store = disk.medium.open("the test")) {
            Batch batch = new Batch();
            damage.apply(store, batch);
            store.write(batch);
            RepairReport report =
                    VolumeRepair.run(store, disk::device, disk.options().data(), _ -> {});
            assertThat(report.before()).as("found").isNotEmpty();
            assertThat(report.after()).as("left").isEmpty();
            return report;
        }
    }

    /** All that was there is there again. */
    private void requireAsBefore() {
        try (Volume volume = disk.open()) {
            assertThat(TreeImage.of(volume, SubvolumeId.FIRST)).isEqualTo(main);
            assertThat(TreeImage.of(volume, snapshot)).isEqualTo(frozen);
            requireAlive(volume);
        }
    }

    /** It can be used, and stays clean. */
    private void requireAlive(Volume volume) {
        create(volume, root, "new", FILE);
        volume.subvolumes().delete(snapshot);
        assertThat(volume.check().findings()).isEmpty();
    }

    private static List<byte[]> keys(OrderedStore store, byte table) {
        List<byte[]> keys = new ArrayList<>();
        try (Cursor cursor = store.scan(new byte[] {table}, KeyLayout.afterTable(table))) {
            while (cursor.next()) {
                keys.add(cursor.key());
            }
        }
        return keys;
    }

    private static void inodes(OrderedStore store, Batch batch, Consumer<InodeRecord> change) {
        for (byte[] key : keys(store, Kind.INODE.letter())) {
            byte[] value = Objects.requireNonNull(store.get(key));
            if (value.length > 0) {
                InodeRecord record = InodeLayout.decode(value);
                change.accept(record);
                batch.put(key, InodeLayout.encode(record));
            }
        }
    }

    @Test
    void counts_ofLinksEntriesAndBlocks_areCountedAnew() {
        repair((store, batch) -> inodes(store, batch, record -> {
            record.links += 7;
            record.entries += 3;
            record.allocatedBytes += 4096;
        }));
        requireAsBefore();
    }

    @Test
    void reversePointers_areFoundFromNames() {
        repair((store, batch) -> {
            inodes(store, batch, record -> record.parentCookie++);
            keys(store, Kind.LINK.letter()).forEach(batch::delete);
        });
        requireAsBefore();
    }

    @Test
    void usageOfNodes_isCountedAnew() {
        repair((store, batch) ->
                keys(store, KeyLayout.USAGE).forEach(key -> batch.put(key, new NodeUsage(1, 0, 2, 3).encode())));
        requireAsBefore();
    }

    @Test
    void indexOfChanges_isMadeAgain() {
        repair((store, batch) -> keys(store, KeyLayout.CHANGED).forEach(batch::delete));
        requireAsBefore();
    }

    @Test
    void references_areCountedAnew() {
        repair((store, batch) -> batch.deleteRange(new byte[] {'F', 'p'}, new byte[] {'F', 's'}));
        requireAsBefore();
    }

    @Test
    void entries_thatLieWhereNobodyLooks_arePutWhereTheyBelong() {
        repair((store, batch) -> {
            Map<Long, byte[]> moved = new TreeMap<>();
            for (byte[] key : keys(store, Kind.DIRENT.letter())) {
                Item item = KeyLayout.item(key);
                byte[] value = Objects.requireNonNull(store.get(key));
                if (value.length > 0
                        && item.ino() == directory.ino().value()
                        && !Dirent.decode(value).isSubvolume()) {
                    batch.delete(key);
                    batch.put(
                            KeyLayout.version(Item.dirent(item.ino(), item.position() + 1000), KeyLayout.node(key)),
                            value);
                    moved.put(item.position(), value);
                }
            }
            assertThat(moved).isNotEmpty();
        });
        requireAsBefore();
    }

    @Test
    void inodesWithoutAName_areFoundInLostAndFound() {
        repair((store, batch) -> {
            for (byte[] key : keys(store, Kind.DIRENT.letter())) {
                byte[] value = Objects.requireNonNull(store.get(key));
                if (isNamed(value, "d")) {
                    batch.delete(key);
                }
            }
        });
        try (Volume volume = disk.open()) {
            NodeId found = find(
                    volume,
                    find(volume, root, "lost+found"),
                    "#" + directory.ino().value());
            assertThat(found).isEqualTo(directory);
            assertThat(read(volume, find(volume, found, "f"))).startsWith(Arrays.copyOf(DATA, 9000));
            assertThat(volume.stat(hard, StatMask.ALL).links()).isEqualTo(2);
            assertThat(find(volume, found, "nested")).isEqualTo(NodeId.rootOf(nested));
            requireAlive(volume);
        }
    }

    @Test
    void lostRecords_areMadeAgain_fromNamesAndContent() {
        repair((store, batch) -> {
            for (long ino : new long[] {directory.ino().value(), file.ino().value()}) {
                for (byte[] key : keys(store, Kind.INODE.letter())) {
                    if (KeyLayout.item(key).ino() == ino) {
                        batch.put(key, new byte[] {77});
                    }
                }
            }
        });
        try (Volume volume = disk.open()) {
            NodeId again = find(volume, find(volume, root, "d"), "f");
            assertThat(again).isEqualTo(file);
            assertThat(volume.stat(again, StatMask.ALL).mode()).isEqualTo(0100600);
            assertThat(read(volume, again)).startsWith(DATA);
            assertThat(volume.xattr(again, XattrName.parse("user.x"))).containsExactly(1);
            requireAlive(volume);
        }
    }

    @Test
    void namesThatLeadNowhere_go_andWhatIsDamaged_goes() {
        repair((store, batch) -> {
            for (byte[] key : keys(store, Kind.INODE.letter())) {
                if (KeyLayout.item(key).ino() == hard.ino().value()) {
                    batch.delete(key); // it has no content that would tell what it was
                }
            }
            for (byte[] key : keys(store, Kind.DIRENT.letter())) {
                byte[] value = Objects.requireNonNull(store.get(key));
                if (isNamed(value, "later")) {
                    batch.put(key, new byte[] {1, 2, 3});
                }
            }
        });
        try (Volume volume = disk.open()) {
            assertThat(volume.find(root, Name.of("h1"), 0)).isNull();
            assertThat(volume.find(root, Name.of("later"), 0)).isNull();
            List<String> lost = new ArrayList<>();
            volume.readDirectory(find(volume, root, "lost+found"), 0, (name, _, _, _) -> lost.add(name.toString()));
            assertThat(lost).hasSize(1);
            requireAlive(volume);
        }
    }

    @Test
    void directoriesInARing_areOpened() {
        NodeId[] ring = new NodeId[2];
        try (Volume volume = disk.open()) {
            ring[0] = create(volume, root, "ring", DIRECTORY);
            ring[1] = create(volume, ring[0], "inner", DIRECTORY);
        }
        repair((store, batch) -> {
            for (byte[] key : keys(store, Kind.DIRENT.letter())) {
                byte[] value = Objects.requireNonNull(store.get(key));
                if (isNamed(value, "ring")) {
                    batch.delete(key);
                    batch.put(
                            KeyLayout.version(
                                    Item.dirent(ring[1].ino().value(), KeyLayout.position(key)), KeyLayout.node(key)),
                            value);
                }
            }
        });
        try (Volume volume = disk.open()) {
            NodeId lost = find(volume, root, "lost+found");
            List<String> names = new ArrayList<>();
            volume.readDirectory(lost, 0, (name, _, _, _) -> names.add(name.toString()));
            assertThat(names).hasSize(1);
            requireAlive(volume);
        }
    }

    private static NodeId find(Volume volume, NodeId directory, String name) {
        Stat found = volume.find(directory, Name.of(name), StatMask.QUIET);
        return Objects.requireNonNull(found, name).node();
    }

    private static byte[] read(Volume volume, NodeId file) {
        byte[] bytes = new byte[Math.toIntExact(volume.stat(file, StatMask.SIZE).sizeBytes())];
        try (OpenNode open = volume.open(file)) {
            volume.read(open, 0, MemorySegment.ofArray(bytes));
        }
        return bytes;
    }

    @Test
    void volumeThatIsWhole_isLeftAlone() {
        try (OrderedStore store = disk.medium.open("the test")) {
            TransactionId before = store.lastWritten();
            RepairReport report =
                    VolumeRepair.run(store, disk::device, disk.options().data(), _ -> {});
            assertThat(report.before()).isEmpty();
            assertThat(store.lastWritten().value() - before.value()).isLessThan(5); // opening agrees on the format
        }
        requireAsBefore();
    }

    /** Whether a record is a directory's entry of a name, and not one that says that there is none. */
    private static boolean isNamed(byte[] record, String name) {
        return record.length > 0 && Objects.equals(Dirent.decode(record).name(), Name.of(name));
    }
}
