package dev.ring3.fs.volume;

import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.store.Cursor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets nodes of the snapshot tree go that no subvolume shows any more. One without children goes with all it holds. One
 * with a single child is merged with it, and the fewer keys move: down to the child, which sees the same afterwards, or
 * up, and the node takes the child's place. One with more children stays, since each of them sees it.
 *
 * <p>What a node holds is found by its index of changes, so the cost is what diverged, not what is there. It goes in
 * bounded steps, each a transaction after which every view is what it was; a restart goes on from what it finds. A step
 * holds {@link Subvolumes#lock}, so the tree stands still for it.
 */
final class NodeCleaner {
    private final VolumeCore core;
    private final Background background;
    private final int keysMax; // that one step moves, and changes that it looks at

    NodeCleaner(VolumeCore core, Background background, int keysMax) {
        this.core = core;
        this.background = background;
        this.keysMax = keysMax;
    }

    /** Something may have to go: soon. */
    void wake() {
        background.later(this::clean);
    }

    /** Keys of nodes that are to go: how much there is to do. */
    long pendingKeys() {
        core.subvolumes().lock.lock();
        try {
            long keys = 0;
            for (TreeNode node : core.tree().all()) {
                if (isToGo(node)) {
                    TreeNode child = onlyChild(node);
                    long own = node.usage().keys();
                    keys += child == null ? own : Math.min(own, child.usage().keys());
                }
            }
            return keys;
        } finally {
            core.subvolumes().lock.unlock();
        }
    }

    private boolean isToGo(TreeNode node) {
        return core.tree().children(node).size() <= 1 && !core.subvolumes().isShown(node);
    }

    private @Nullable TreeNode onlyChild(TreeNode node) {
        List<TreeNode> children = core.tree().children(node);
        return children.isEmpty() ? null : children.getFirst();
    }

    /** Works until nothing is left to go, or the volume closes. */
    private void clean() {
        boolean more = true;
        while (more && !core.isStopped()) {
            core.subvolumes().lock.lock();
            try {
                more = step();
            } finally {
                core.subvolumes().lock.unlock();
            }
        }
    }

    private boolean step() {
        for (TreeNode node : core.tree().all()) {
            if (isToGo(node)) {
                TreeNode child = onlyChild(node);
                if (child == null) {
                    drop(node);
                } else if (child.usage().keys() < node.usage().keys()) {
                    up(node, child);
                } else {
                    down(node, child);
                }
                return true;
            }
        }
        return false;
    }

    /** The next changes of a node. */
    private List<byte[]> changes(TreeNode node) {
        List<byte[]> found = new ArrayList<>();
        try (Cursor cursor = core.store().scan(KeyLayout.changedFrom(node.id, 0), KeyLayout.afterChanged(node.id))) {
            while (found.size() < keysMax && cursor.next()) {
                found.add(cursor.key());
            }
        }
        return found;
    }

    private void drop(TreeNode node) {
        List<byte[]> changes = changes(node);
        try (NodeMove move = new NodeMove(core, node, null, keysMax)) {
            for (byte[] change : changes) {
                if (move.isFull()) {
                    break;
                }
                move.drop(change);
            }
            if (changes.isEmpty()) {
                move.removeNode(node);
                move.commit();
                core.tree().remove(node);
            } else {
                move.commit();
            }
        }
    }

    private void down(TreeNode node, TreeNode child) {
        List<byte[]> changes = changes(node);
        if (changes.isEmpty()) {
            finishDown(node, child);
            return;
        }
        step(node, child, changes, shownBy(child), true);
    }

    private void finishDown(TreeNode node, TreeNode child) {
        TreeNode above = core.tree().parent(node);
        try (NodeMove move = new NodeMove(core, node, child, keysMax)) {
            move.moveMarks(node, child);
            move.reparent(child, above == null ? 0 : above.id);
            move.removeNode(node);
            move.commit();
        }
        core.tree().remove(node);
    }

    private void up(TreeNode node, TreeNode child) {
        List<byte[]> changes = changes(child);
        Subvolume writer = core.subvolumes().writerOf(child);
        if (changes.size() >= keysMax) {
            step(child, node, changes, shownBy(child), false);
        } else if (writer == null) {
            finishUp(node, child);
        } else {
            core.writeback().flush(writer.id);
            writer.freeze.writeLock().lock(); // nobody adds to the rest, which is less than a step
            try {
                core.writeback().flush(writer.id);
                finishUp(node, child);
            } finally {
                writer.freeze.writeLock().unlock();
            }
        }
    }

    /** Moves what is left up, then lets everybody who shows the child show the node. */
    private void finishUp(TreeNode node, TreeNode child) {
        List<Subvolume> shown = shownBy(child);
        List<byte[]> changes = changes(child);
        while (!changes.isEmpty()) {
            step(child, node, changes, shown, false);
            changes = changes(child);
        }
        try (NodeMove move = new NodeMove(core, child, node, keysMax)) {
            move.moveMarks(child, node);
            for (TreeNode below : core.tree().children(child)) {
                move.reparent(below, node.id);
            }
            for (Subvolume each : shown) {
                move.show(each, node);
            }
            move.takeReferences(node, child);
            move.removeNode(child);
            move.commit();
            core.tree().absorb(node, child);
            for (Subvolume each : shown) {
                each.replace(
                        Subvolumes.head(core.store(), core.tree(), each.record().withNode(node.id)));
            }
        }
        // What moved to this node long ago, when it was an ancestor, is the subvolume's own from now on. Inodes' locks
        // come
        // before those of the move; nobody writes yet.
        shown.forEach(each -> core.inodes().forEach(each.id, NodeCleaner::forget));
    }

    private static void forget(LiveInode live) {
        live.lock.writeLock().lock();
        try {
            live.state = null;
        } finally {
            live.lock.writeLock().unlock();
        }
    }

    /** In the order in which they are frozen. */
    private List<Subvolume> shownBy(TreeNode node) {
        return core.subvolumes().all().stream()
                .filter(each -> each.record().node() == node.id)
                .sorted(Comparator.comparing(each -> each.id))
                .toList();
    }

    /** Moves some changes to the other node; their inodes are locked meanwhile in whatever shows the younger of both. */
    private void step(TreeNode from, TreeNode to, List<byte[]> changes, List<Subvolume> shown, boolean down) {
        NodeId[] ids = shown.stream()
                .flatMap(each -> changes.stream()
                        .map(KeyLayout::changedIno)
                        .distinct()
                        .map(ino -> new NodeId(each.id, new Ino(ino))))
                .toArray(NodeId[]::new);
        shown.forEach(each -> each.freeze.readLock().lock());
        try (LockSet locks = new LockSet(core.inodes(), ids)) {
            for (Subvolume each : shown) { // what is known of them in memory will be read again
                locks.forEach(live -> {
                    if (live.id.subvolume().equals(each.id)) {
                        core.writeback().flushLocked(each, live);
                    }
                });
            }
            try (NodeMove move = new NodeMove(core, from, to, keysMax)) {
                InodeMove inodes = new InodeMove(core, from, to, down, move);
                int next = 0;
                while (next < changes.size() && !move.isFull() && inodes.run(changes.get(next))) {
                    next++;
                }
                move.commit();
            } finally {
                locks.forEach(live -> live.state = null); // where it is stored has changed
            }
        } finally {
            shown.forEach(each -> each.freeze.readLock().unlock());
        }
    }
}
