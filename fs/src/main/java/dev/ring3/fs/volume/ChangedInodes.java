package dev.ring3.fs.volume;

import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Walks over the inodes that have changes in any of some nodes, ascending, by the nodes' indexes of changes. Keeps one
 * inode's changes in memory. For a store that stands still meanwhile.
 */
final class ChangedInodes {
    private final OrderedStore store;
    private final TreeMap<Long, NavigableSet<Long>> next = new TreeMap<>(); // inode to the nodes that name it next
    private long ino = -1;
    private NavigableSet<Long> naming = new TreeSet<>(); // the nodes that name the inode

    /** From this inode on. */
    ChangedInodes(OrderedStore store, Collection<Long> nodes, long from) {
        this.store = store;
        nodes.forEach(node -> advance(node, from));
    }

    /** Goes to the next inode; false if there is none. */
    boolean next() {
        Map.Entry<Long, NavigableSet<Long>> entry = next.pollFirstEntry();
        if (entry == null) {
            return false;
        }
        ino = entry.getKey();
        naming = entry.getValue();
        naming.forEach(node -> advance(node, ino + 1));
        return true;
    }

    long ino() {
        return ino;
    }

    /** Notes the first inode from this one on that a node names. */
    private void advance(long node, long from) {
        try (Cursor cursor = store.scan(KeyLayout.changedFrom(node, from), KeyLayout.afterChanged(node))) {
            if (cursor.next()) {
                next.computeIfAbsent(KeyLayout.changedIno(cursor.key()), each -> new TreeSet<>())
                        .add(node);
            }
        }
    }

    /**
     * The items of the inode that may differ between two views on either side of the nodes. The index names no items of an
     * inode that was made in a node; if both views have it all the same, it came here twice, and everything may differ.
     */
    NavigableSet<Item> items(View before, View after) {
        NavigableSet<Item> items = new TreeSet<>();
        boolean born = false;
        for (long node : naming) {
            byte[] end = KeyLayout.changedFrom(node, ino + 1);
            try (Cursor cursor = store.scan(KeyLayout.changedFrom(node, ino), end)) {
                while (cursor.next()) {
                    boolean marks = KeyLayout.isBorn(cursor.key());
                    born |= marks;
                    items.add(marks ? Item.inode(ino) : KeyLayout.changedItem(cursor.key()));
                }
            }
        }
        if (born) {
            addAll(before, items);
            addAll(after, items);
        }
        return items;
    }

    private void addAll(View view, NavigableSet<Item> items) {
        for (Kind kind : Kind.values()) {
            try (ViewScan scan = new ViewScan(view, kind, ino, 0)) {
                while (scan.next()) {
                    items.add(scan.item());
                }
            }
        }
    }
}
