package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.volume.SnapshotDifference.Entry;
import dev.ring3.fs.volume.SnapshotDifference.Range;
import dev.ring3.fs.volume.SnapshotDifference.What;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The difference of what two subvolumes show, found from the indexes of the nodes on the way between them: it costs what
 * differs, not what is there. Of one moment. Goes by inode, ascending, and keeps one inode's changes in memory.
 */
final class DifferenceScan {
    private final View before;
    private final View after;
    private final List<Long> nodes = new ArrayList<>(); // on the ways to the common ancestor
    private final FrozenStore store;

    private DifferenceScan(FrozenStore store, SubvolumeId from, SubvolumeId to) {
        this.store = store;
        SnapshotTree tree = SnapshotTree.load(store);
        Subvolumes subvolumes = Subvolumes.load(store, tree);
        Subvolume first = subvolumes.require(from, "compare snapshots");
        Subvolume second = subvolumes.require(to, "compare snapshots");
        this.before = first.view();
        this.after = second.view();
        TreeNode common = tree.commonAncestor(first.node(), second.node());
        if (common == null) {
            throw new FsException(
                    Errno.EINVAL, "compare snapshots", "%s and %s have no common origin".formatted(from, to));
        }
        addUpTo(before, common);
        addUpTo(after, common);
    }

    private void addUpTo(View view, TreeNode common) {
        for (long node : view.lineage()) {
            if (node >= common.id) {
                return;
            }
            nodes.add(node);
        }
    }

    static void run(OrderedStore live, SubvolumeId from, SubvolumeId to, Consumer<SnapshotDifference> sink) {
        try (FrozenStore store = new FrozenStore(live)) {
            new DifferenceScan(store, from, to).run(sink);
        }
    }

    private void run(Consumer<SnapshotDifference> sink) {
        TreeMap<Long, NavigableSet<Long>> next = new TreeMap<>(); // inode to the nodes that name it next
        for (long node : nodes) {
            advance(node, 0, next);
        }
        while (!next.isEmpty()) {
            Map.Entry<Long, NavigableSet<Long>> entry = next.pollFirstEntry();
            long ino = entry.getKey();
            NavigableSet<Item> items = new TreeSet<>();
            for (long node : entry.getValue()) {
                collect(node, ino, items);
                advance(node, ino + 1, next);
            }
            SnapshotDifference difference = compare(ino, items);
            if (difference != null) {
                sink.accept(difference);
            }
        }
    }

    /** Notes the first inode from this one on that a node names. */
    private void advance(long node, long from, Map<Long, NavigableSet<Long>> next) {
        try (Cursor cursor = store.scan(KeyLayout.changedFrom(node, from), KeyLayout.afterChanged(node))) {
            if (cursor.next()) {
                next.computeIfAbsent(KeyLayout.changedIno(cursor.key()), ino -> new TreeSet<>())
                        .add(node);
            }
        }
    }

    private void collect(long node, long ino, NavigableSet<Item> items) {
        try (Cursor cursor = store.scan(KeyLayout.changedFrom(node, ino), KeyLayout.changedFrom(node, ino + 1))) {
            while (cursor.next()) {
                if (KeyLayout.isBorn(cursor.key())) {
                    items.add(Item.inode(ino));
                } else {
                    items.add(KeyLayout.changedItem(cursor.key()));
                }
            }
        }
    }

    private @Nullable SnapshotDifference compare(long ino, NavigableSet<Item> items) {
        byte[] old = visible(before, Item.inode(ino));
        byte[] now = visible(after, Item.inode(ino));
        if (old == null && now == null) {
            return null; // came and went
        }
        What what = old == null ? What.ADDED : now == null ? What.REMOVED : What.CHANGED;
        List<Range> ranges = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        boolean attributes = !Arrays.equals(old, now);
        boolean xattrs = false;
        if (what != What.CHANGED) {
            whole(what == What.ADDED ? after : before, ino, ranges);
        } else {
            for (Item item : items) {
                byte[] was = visible(before, item);
                byte[] is = visible(after, item);
                if (!Arrays.equals(was, is)) {
                    switch (item.kind()) {
                        case INODE, LINK -> attributes = true;
                        case XATTR -> xattrs = true;
                        case DIRENT -> addEntries(was, is, entries);
                        case EXTENT -> addRange(item.position(), was, is, ranges);
                    }
                }
            }
            if (!attributes && !xattrs && ranges.isEmpty() && entries.isEmpty()) {
                return null; // the same on both ways
            }
        }
        return new SnapshotDifference(
                new Ino(ino),
                what,
                old == null ? null : Paths.within(before, ino).orElse(null),
                now == null ? null : Paths.within(after, ino).orElse(null),
                attributes,
                xattrs,
                merged(ranges),
                entries);
    }

    private static byte @Nullable [] visible(View view, Item item) {
        Version version = view.find(item);
        return version == null || version.isWhiteout() ? null : version.value();
    }

    private static void whole(View view, long ino, List<Range> ranges) {
        try (ViewScan scan = new ViewScan(view, Kind.EXTENT, ino, 0)) {
            while (scan.next()) {
                addRange(scan.item().position(), scan.version().value(), null, ranges);
            }
        }
    }

    private static void addEntries(byte @Nullable [] was, byte @Nullable [] is, List<Entry> entries) {
        Dirent before = was == null ? Dirent.HOLE : Dirent.decode(was);
        Dirent after = is == null ? Dirent.HOLE : Dirent.decode(is);
        Name name = before.name();
        Name newName = after.name();
        if (name != null && Objects.equals(name, newName)) {
            if (before.target() != after.target()) {
                entries.add(new Entry(name, new Ino(before.target()), new Ino(after.target())));
            }
            return;
        }
        if (name != null) {
            entries.add(new Entry(name, new Ino(before.target()), null));
        }
        if (newName != null) {
            entries.add(new Entry(newName, null, new Ino(after.target())));
        }
    }

    private static void addRange(long endBlock, byte @Nullable [] was, byte @Nullable [] is, List<Range> ranges) {
        long blocks =
                Math.max(was == null ? 0 : FileData.recordBlocks(was), is == null ? 0 : FileData.recordBlocks(is));
        ranges.add(new Range((endBlock - blocks) * Reserved.BLOCK_BYTES, blocks * Reserved.BLOCK_BYTES));
    }

    private static List<Range> merged(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort((a, b) -> Long.compare(a.offsetBytes(), b.offsetBytes()));
        List<Range> merged = new ArrayList<>();
        for (Range range : sorted) {
            Range last = merged.isEmpty() ? null : merged.getLast();
            long end = range.offsetBytes() + range.lengthBytes();
            if (last != null && range.offsetBytes() <= last.offsetBytes() + last.lengthBytes()) {
                long length = Math.max(end, last.offsetBytes() + last.lengthBytes()) - last.offsetBytes();
                merged.set(merged.size() - 1, new Range(last.offsetBytes(), length));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }
}
