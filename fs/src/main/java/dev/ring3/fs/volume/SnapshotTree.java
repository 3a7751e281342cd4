package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot tree in memory: an n-ary forest whose numbers descend from parent to child. All methods are
 * synchronized on it; the tree's monitor is taken after {@link Subvolumes}' lock and before nodes' accounting locks.
 */
final class SnapshotTree {
    private final Map<Long, TreeNode> nodes = new HashMap<>();

    /** Reads the nodes and what they hold. */
    static SnapshotTree load(OrderedStore store) {
        SnapshotTree tree = new SnapshotTree();
        byte table = KeyLayout.NODE;
        try (Cursor cursor = store.scan(new byte[] {table}, KeyLayout.afterTable(table))) {
            // From greatest to least, parents come before children; ascending keys come the other way round.
            List<byte[]> keys = new ArrayList<>();
            List<byte[]> values = new ArrayList<>();
            while (cursor.next()) {
                keys.add(cursor.key());
                values.add(cursor.value());
            }
            for (int i = keys.size() - 1; i >= 0; i--) {
                long id = KeyLayout.number(keys.get(i));
                long parent = TreeNode.decodeParent(values.get(i));
                byte[] usage = store.get(KeyLayout.numbered(KeyLayout.USAGE, id));
                tree.add(id, parent, usage == null ? NodeUsage.NONE : NodeUsage.decode(usage));
            }
        }
        return tree;
    }

    synchronized TreeNode add(long id, long parent, NodeUsage usage) {
        TreeNode above = parent == 0 ? null : node(parent);
        if (above != null && above.id <= id) {
            throw new FsException(Errno.EUCLEAN, "read snapshot node", "%d below %d".formatted(id, parent));
        }
        TreeNode node = new TreeNode(id, above, usage);
        nodes.put(id, node);
        if (above != null) {
            above.children.add(node);
        }
        return node;
    }

    synchronized TreeNode node(long id) {
        TreeNode node = nodes.get(id);
        if (node == null) {
            throw new FsException(Errno.EUCLEAN, "read snapshot node", "node %d, which is not there".formatted(id));
        }
        return node;
    }

    /** The node of this number, if there is one. */
    synchronized @Nullable TreeNode find(long id) {
        return nodes.get(id);
    }

    synchronized @Nullable TreeNode parent(TreeNode node) {
        return node.parent;
    }

    synchronized List<TreeNode> children(TreeNode node) {
        return new ArrayList<>(node.children);
    }

    synchronized List<TreeNode> all() {
        return new ArrayList<>(nodes.values());
    }

    /** The node, its parent and so on: ascending. */
    synchronized long[] lineage(TreeNode node) {
        List<Long> ids = new ArrayList<>();
        for (TreeNode up = node; up != null; up = up.parent) {
            ids.add(up.id);
        }
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    /** Takes a node out; its children, of which there is at most one, go to its parent. */
    synchronized void remove(TreeNode node) {
        if (node.children.size() > 1) {
            throw new IllegalStateException("node " + node.id + " has children");
        }
        nodes.remove(node.id);
        TreeNode above = node.parent;
        if (above != null) {
            above.children.remove(node);
        }
        for (TreeNode child : node.children) {
            child.parent = above;
            if (above != null) {
                above.children.add(child);
            }
        }
        node.children.clear();
    }

    /** Takes the children of the only child of a node up to the node, and that child out. */
    synchronized void absorb(TreeNode node, TreeNode child) {
        nodes.remove(child.id);
        node.children.remove(child);
        for (TreeNode below : child.children) {
            below.parent = node;
            node.children.add(below);
        }
        child.children.clear();
    }

    /** The nearest common ancestor, or null if the two are in different trees. */
    synchronized @Nullable TreeNode commonAncestor(TreeNode a, TreeNode b) {
        TreeNode left = a;
        TreeNode right = b;
        while (left != null && right != null && left != right) {
            if (left.id < right.id) {
                left = left.parent;
            } else {
                right = right.parent;
            }
        }
        return left == null || right == null ? null : left;
    }
}
