package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.store.FrozenStore;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.volume.SnapshotDifference.Entry;
import dev.ring3.fs.volume.SnapshotDifference.Range;
import dev.ring3.fs.volume.SnapshotDifference.What;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
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
        nodes.addAll(before.below(common));
        nodes.addAll(after.below(common));
    }

    static void run(OrderedStore live, SubvolumeId from, SubvolumeId to, Consumer<SnapshotDifference> sink) {
        try (FrozenStore store = new FrozenStore(live)) {
            new DifferenceScan(store, from, to).run(sink);
        }
    }

    private void run(Consumer<SnapshotDifference> sink) {
        ChangedInodes changed = new ChangedInodes(store, nodes, 0);
        while (changed.next()) {
            SnapshotDifference difference = compare(changed.ino(), changed);
            if (difference != null) {
                sink.accept(difference);
            }
        }
    }

    private @Nullable SnapshotDifference compare(long ino, ChangedInodes changed) {
        byte[] old = before.value(Item.inode(ino));
        byte[] now = after.value(Item.inode(ino));
        if (old == null && now == null) {
            return null; // came and went
        }
        What what = old == null ? What.ADDED : now == null ? What.REMOVED : What.CHANGED;
        List<Entry> entries = new ArrayList<>();
        boolean attributes = !Arrays.equals(old, now);
        boolean xattrs = false;
        ChangedRanges ranges;
        if (what == What.CHANGED) {
            NavigableSet<Item> items = changed.items(before, after);
            items.removeIf(item -> Arrays.equals(before.value(item), after.value(item)));
            for (Item item : items) {
                switch (item.kind()) {
                    case INODE, LINK -> attributes = true;
                    case XATTR -> xattrs = true;
                    case DIRENT -> addEntries(before.value(item), after.value(item), entries);
                    case EXTENT -> {}
                }
            }
            ranges = ChangedRanges.of(before, after, ino, items);
            if (!attributes && !xattrs && ranges.isEmpty() && entries.isEmpty()) {
                return null; // the same on both ways
            }
        } else {
            ranges = ChangedRanges.whole(what == What.ADDED ? after : before, ino);
        }
        List<Range> bytes = new ArrayList<>();
        ranges.forEach((start, end) -> bytes.add(new Range(start, end - start)));
        return new SnapshotDifference(
                new Ino(ino),
                what,
                old == null ? null : Paths.within(before, ino).orElse(null),
                now == null ? null : Paths.within(after, ino).orElse(null),
                attributes,
                xattrs,
                bytes,
                entries);
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
}
