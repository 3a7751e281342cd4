package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.extent.DamagedRange;
import dev.ring3.fs.extent.DataAudit;
import dev.ring3.fs.extent.DataFinding;
import dev.ring3.fs.extent.DataMoment;
import dev.ring3.fs.extent.DataReport;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.extent.RecordName;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.FrozenStore;
import dev.ring3.fs.store.OrderedStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a volume against its invariants, at one moment of a volume that may be in use: each node of the snapshot tree
 * counts its keys, the index of changes names each of them, and what each subvolume shows is a tree ({@link
 * SubvolumeCheck}). For one use.
 */
final class VolumeCheck {
    private static final Kind[] TABLES = Kind.values();

    private final DataMoment moment;
    private final FrozenStore store; // of that moment
    private final Directories directories;
    private final List<VolumeFinding> findings = new ArrayList<>();
    private final VolumeReport.Progress progress;
    private long keys;
    private long inodes;
    private long records;

    private VolumeCheck(DataMoment moment, Directories directories, VolumeReport.Progress progress) {
        this.moment = moment;
        this.store = moment.store();
        this.directories = directories;
        this.progress = progress;
    }

    static VolumeReport run(FileData data, Directories directories, VolumeReport.Progress progress) {
        try (DataMoment moment = data.audit().moment()) {
            VolumeCheck check = new VolumeCheck(moment, directories, progress);
            check.metadata();
            check.data();
            return new VolumeReport(check.keys, check.inodes, List.copyOf(check.findings));
        }
    }

    /** Reads all data, as {@link Volume#scrub}; of what is damaged it says which files lose what. */
    static DataReport scrub(OrderedStore store, FileData data, Subvolumes subvolumes, DataReport.Progress progress) {
        LostData lost = new LostData(subvolumes, data);
        List<DataFinding> findings = new ArrayList<>();
        DataReport report = scrub(store, data, progress, damaged -> {
            String where = "block %d of the segments".formatted(damaged.storedBlock());
            List<LostRange> ranges = findings.size() < DataReport.FINDINGS_MAX ? lost.of(damaged) : List.of();
            if (ranges.isEmpty() && findings.size() < DataReport.FINDINGS_MAX) {
                findings.add(new DataFinding(DataFinding.Kind.DAMAGED, where + ", which no file shows"));
            }
            ranges.forEach(
                    each -> findings.add(new DataFinding(DataFinding.Kind.DAMAGED, "%s: %s".formatted(each, where))));
        });
        report.findings().stream()
                .filter(each -> each.kind() != DataFinding.Kind.DAMAGED)
                .forEach(findings::add);
        return new DataReport(
                report.records(),
                report.blocks(),
                findings.stream().limit(DataReport.FINDINGS_MAX).toList());
    }

    /** The same, and tells which blocks are damaged. */
    static DataReport scrub(
            OrderedStore store, FileData data, DataReport.Progress progress, Consumer<DamagedRange> damage) {
        byte letter = Kind.EXTENT.letter();
        return data.audit()
                .scrub(VolumeCheck::extentName, new byte[] {letter}, KeyLayout.afterTable(letter), progress, damage);
    }

    static @Nullable RecordName extentName(byte[] key) {
        return key[0] == Kind.EXTENT.letter() && key.length == KeyLayout.VERSION_BYTES
                ? new RecordName(
                        new Ino(KeyLayout.item(key).ino()),
                        new SnapshotId(KeyLayout.node(key)),
                        KeyLayout.position(key))
                : null;
    }

    void find(VolumeFinding.Kind kind, String where) {
        if (findings.size() < VolumeReport.FINDINGS_MAX) {
            findings.add(new VolumeFinding(kind, where));
        }
    }

    void countInode() {
        inodes++;
        step();
    }

    private void step() {
        progress.at(++records);
    }

    private void metadata() {
        SnapshotTree tree;
        Subvolumes subvolumes;
        try {
            tree = SnapshotTree.load(store);
            subvolumes = Subvolumes.load(store, tree);
        } catch (FsException e) {
            find(VolumeFinding.Kind.TREE, String.valueOf(e.getMessage()));
            return;
        }
        keys(tree);
        for (Subvolume subvolume : subvolumes.all()) {
            new SubvolumeCheck(this, directories, subvolumes, subvolume).run();
        }
    }

    private void keys(SnapshotTree tree) {
        Map<Long, Long> counted = new HashMap<>();
        tree.all().forEach(node -> counted.put(node.id, 0L));
        for (Kind table : TABLES) {
            byte[] from = {table.letter()};
            try (Cursor cursor = store.scan(from, KeyLayout.afterTable(table.letter()))) {
                while (cursor.next()) {
                    keys++;
                    step();
                    key(cursor.key(), counted);
                }
            }
        }
        for (TreeNode node : tree.all()) {
            long there = counted.getOrDefault(node.id, 0L);
            if (node.usage().keys() != there) {
                find(
                        VolumeFinding.Kind.KEYS,
                        "node %d: %d keys, counts %d"
                                .formatted(node.id, there, node.usage().keys()));
            }
        }
    }

    private void key(byte[] key, Map<Long, Long> counted) {
        if (key.length != KeyLayout.VERSION_BYTES) {
            find(VolumeFinding.Kind.RECORD, "a key of %d bytes in table %c".formatted(key.length, (char) key[0]));
            return;
        }
        long node = KeyLayout.node(key);
        Item item = KeyLayout.item(key);
        if (counted.computeIfPresent(node, (id, count) -> count + 1) == null) {
            find(VolumeFinding.Kind.KEYS, "%s of node %d, which is not there".formatted(item, node));
        } else if (store.get(KeyLayout.changed(node, item)) == null
                && store.get(KeyLayout.born(node, item.ino())) == null) {
            find(VolumeFinding.Kind.INDEX, "%s of node %d is not named".formatted(item, node));
        }
    }

    private void data() {
        DataReport report =
                DataAudit.check(moment, VolumeCheck::extentName, new byte[] {Kind.EXTENT.letter()}, (_, _) -> step());
        for (DataFinding finding : report.findings()) {
            find(VolumeFinding.Kind.DATA, String.valueOf(finding));
        }
    }
}
