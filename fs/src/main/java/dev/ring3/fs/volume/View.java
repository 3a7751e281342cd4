package dev.ring3.fs.volume;

import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node of the snapshot tree sees: of each item the version of the nearest ancestor that has one.
 *
 * <p>Node numbers descend from parent to child, and versions of an item are ordered by node. So the versions that matter
 * are among those not less than the node itself, and the first that an ancestor wrote is the nearest one's. Versions of
 * nodes that are no ancestors lie between: a few are stepped over, then the search leaps to the next ancestor. The cost is
 * therefore bounded by the versions between and by the ancestors, whichever is less, and does not grow with history.
 *
 * @param lineage the node, its parent, and so on: ascending. May name nodes that are gone; they have no keys
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record View(OrderedStore store, long[] lineage) {
    /** Stepping is cheaper than a seek up to about here. */
    static final int STEPS_MAX = 4;

    long node() {
        return lineage[0];
    }

    boolean sees(long node) {
        return Arrays.binarySearch(lineage, node) >= 0;
    }

    /** The least ancestor that is greater than {@code node}; -1 if there is none. */
    long ancestorAfter(long node) {
        int found = Arrays.binarySearch(lineage, node);
        int next = found >= 0 ? found + 1 : -found - 1;
        return next < lineage.length ? lineage[next] : -1;
    }

    /** The version that this node sees, a whiteout too; null if nothing was ever there. */
    @Nullable
    Version find(Item item) {
        return find(item, node());
    }

    /** What this node sees of an item; null for nothing. */
    byte @Nullable [] value(Item item) {
        Version version = find(item);
        return version == null || version.isWhiteout() ? null : version.value();
    }

    /** Whether an inode is marked as one that was open when it lost its last name. */
    boolean isOrphan(long ino) {
        for (long node : lineage) {
            if (store.get(KeyLayout.orphan(node, ino)) != null) {
                return true;
            }
        }
        return false;
    }

    /** The node and its ancestors up to this one, which is not among them. */
    List<Long> below(TreeNode ancestor) {
        return Arrays.stream(lineage).filter(node -> node < ancestor.id).boxed().toList();
    }

    /** The version that a node's parent sees. */
    @Nullable
    Version findBeyond(Item item) {
        return lineage.length == 1 ? null : find(item, lineage[1]);
    }

    /** The version that this node itself wrote. */
    @Nullable
    Version findOwn(Item item) {
        byte[] value = store.get(KeyLayout.version(item, node()));
        return value == null ? null : new Version(node(), value);
    }

    private @Nullable Version find(Item item, long from) {
        if (lineage[lineage.length - 1] == from) {
            byte[] value = store.get(KeyLayout.version(item, from));
            return value == null ? null : new Version(from, value);
        }
        try (Cursor cursor = store.scan(KeyLayout.version(item, from), KeyLayout.afterItem(item))) {
            boolean found = cursor.next();
            for (int steps = 0; found; steps++) {
                long node = KeyLayout.node(cursor.key());
                if (sees(node)) {
                    return new Version(node, cursor.value());
                }
                if (steps < STEPS_MAX) {
                    found = cursor.next();
                } else {
                    long next = ancestorAfter(node);
                    found = next >= 0 && cursor.seek(KeyLayout.version(item, next));
                }
            }
            return null;
        }
    }
}
