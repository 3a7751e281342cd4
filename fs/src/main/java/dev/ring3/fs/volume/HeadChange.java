package dev.ring3.fs.volume;

import dev.ring3.fs.store.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A transaction over the snapshot tree and the list of subvolumes. Its maker holds {@link Subvolumes#lock}, and
 * exclusively the freeze of each subvolume whose head it replaces.
 */
final class HeadChange implements AutoCloseable {
    private record NewNode(TreeNode node, TreeNode parent) {}

    private record NewHead(Subvolume subvolume, SubvolumeRecord record) {}

    private final VolumeCore core;
    private final Batch batch = new Batch();
    private final List<ReentrantLock> held = new ArrayList<>();
    private final List<NewNode> nodes = new ArrayList<>();
    private final List<NewHead> heads = new ArrayList<>();
    private long nextNode;
    private long nextSubvolume;

    HeadChange(VolumeCore core) {
        this.core = core;
        this.nextNode = core.mount().nextNode();
        this.nextSubvolume = core.mount().nextSubvolume();
    }

    Batch batch() {
        return batch;
    }

    /** Until this is closed. */
    void hold(ReentrantLock lock) {
        lock.lock();
        held.add(lock);
    }

    long newSubvolume() {
        return Reserved.requireSubvolume(nextSubvolume++);
    }

    /**
     * The node that shows what a subvolume shows now and will never be written to again. A writable subvolume gets a new
     * head below it; but if nothing was written since the last time, the node above is what is wanted, and many snapshots
     * of one state stand side by side.
     */
    TreeNode freeze(Subvolume subvolume) {
        TreeNode head = subvolume.node();
        if (subvolume.record().readOnly()) {
            return head;
        }
        TreeNode above = core.tree().parent(head);
        if (above != null && head.usage().keys() == 0) {
            return above;
        }
        hold(subvolume.recordLock);
        TreeNode next = child(head);
        SubvolumeRecord record = subvolume.record().withNode(next.id);
        batch.put(KeyLayout.numbered(KeyLayout.SUBVOLUME, record.id()), record.encode());
        heads.add(new NewHead(subvolume, record));
        return head;
    }

    /** A new node below another; it sees what that one sees. In the tree after {@link #commit}. */
    TreeNode child(TreeNode parent) {
        NodeUsage usage = parent.usage().ofNewChild();
        TreeNode node = new TreeNode(Reserved.requireNode(nextNode--), parent, usage);
        batch.put(KeyLayout.numbered(KeyLayout.NODE, node.id), TreeNode.encode(parent.id))
                .put(KeyLayout.numbered(KeyLayout.USAGE, node.id), usage.encode());
        nodes.add(new NewNode(node, parent));
        return node;
    }

    void commit() {
        long node = nextNode;
        long subvolume = nextSubvolume;
        if (node == core.mount().nextNode() && subvolume == core.mount().nextSubvolume()) {
            core.write(batch);
        } else {
            core.updateMount(batch, state -> state.withNextNode(node).withNextSubvolume(subvolume), false);
        }
        for (NewNode each : nodes) {
            core.tree().add(each.node.id, each.parent.id, each.node.usage);
        }
        for (NewHead each : heads) {
            each.subvolume.replace(Subvolumes.head(core.store(), core.tree(), each.record));
        }
    }

    @Override
    public void close() {
        for (ReentrantLock lock : held) {
            lock.unlock();
        }
        held.clear();
    }
}
