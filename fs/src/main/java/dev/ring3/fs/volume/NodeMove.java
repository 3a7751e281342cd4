package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.extent.DataTransaction;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A transaction that takes keys out of one node of the snapshot tree, and may put them into another. */
final class NodeMove implements AutoCloseable {
    private static final byte[] MARK = {1};

    private final VolumeCore core;
    private final TreeNode from;
    private final @Nullable TreeNode to;
    private final int keysMax;
    private final Batch batch = new Batch().fromReserve();
    private final DataTransaction data;
    private final Set<Item> seen = new HashSet<>();
    private final List<ReentrantLock> held = new ArrayList<>();
    private @Nullable NodeUsage references;
    private boolean fromRemoved;
    private boolean done;
    private long touched;
    private long keysFrom;
    private long keysTo;

    NodeMove(VolumeCore core, TreeNode from, @Nullable TreeNode to, int keysMax) {
        this.core = core;
        this.from = from;
        this.to = to;
        this.keysMax = keysMax;
        this.data = core.data().begin();
    }

    /** Whether this transaction is as large as it should be. */
    boolean isFull() {
        return touched >= keysMax;
    }

    Batch batch() {
        return batch;
    }

    /** Whether this is the first to come to an item: both a change of its own and its inode's birth may name it. */
    boolean touch(Item item) {
        return seen.add(item);
    }

    /** A key of the node goes. */
    void remove(byte[] versionKey, byte[] value) {
        batch.delete(versionKey);
        keysFrom--;
        touched++;
        if (versionKey[0] == Kind.EXTENT.letter() && value.length > 0) {
            core.data().dropped(data, value);
        }
    }

    /** A key of the node goes, and what it holds goes on elsewhere. */
    void take(byte[] versionKey) {
        batch.delete(versionKey);
        keysFrom--;
        touched++;
    }

    /** A key of the other node takes a value; one that it had gives way. */
    void put(Item item, byte[] value, byte @Nullable [] before) {
        TreeNode other = other();
        batch.put(KeyLayout.version(item, other.id), value);
        batch.put(KeyLayout.changed(other.id, item), MARK);
        if (before == null) {
            keysTo++;
        } else {
            giveWay(item, before);
        }
    }

    /** A key of the other node goes. */
    void removeOther(Item item, byte[] before) {
        batch.delete(KeyLayout.version(item, other().id));
        keysTo--;
        giveWay(item, before);
    }

    private void giveWay(Item item, byte[] before) {
        if (item.kind() == Kind.EXTENT && before.length > 0) {
            core.data().dropped(data, before);
        }
    }

    private TreeNode other() {
        TreeNode other = to;
        if (other == null) {
            throw new IllegalStateException("nothing moves out of node " + from.id);
        }
        return other;
    }

    /** Takes out all that a change names; as much as fits. */
    void drop(byte[] change) {
        if (!KeyLayout.isBorn(change)) {
            Item item = KeyLayout.changedItem(change);
            byte[] key = KeyLayout.version(item, from.id);
            byte[] value = core.store().get(key);
            if (value != null && touch(item)) {
                remove(key, value);
            }
            batch.delete(change);
            touched++;
            return;
        }
        long ino = KeyLayout.changedIno(change);
        for (Kind kind : Kind.values()) {
            try (Cursor cursor = itemsOf(kind, ino)) {
                while (cursor.next()) {
                    if (isFull()) {
                        return;
                    }
                    byte[] key = cursor.key();
                    if (KeyLayout.node(key) == from.id && touch(KeyLayout.item(key))) {
                        remove(key, cursor.value());
                    }
                }
            }
        }
        batch.delete(change);
        touched++;
    }

    /** All versions of all items of a kind of an inode. */
    Cursor itemsOf(Kind kind, long ino) {
        return core.store().scan(KeyLayout.version(new Item(kind, ino, 0), 0), KeyLayout.afterItems(kind, ino));
    }

    /** Orphans and cuts that the node marks are the other's now. */
    void moveMarks(TreeNode node, TreeNode other) {
        for (byte table : new byte[] {KeyLayout.ORPHAN, KeyLayout.CUT}) {
            try (Cursor cursor =
                    core.store().scan(KeyLayout.ofInode(table, node.id, 0), KeyLayout.ofInode(table, node.id, -1))) {
                while (cursor.next()) {
                    batch.delete(cursor.key());
                    batch.put(KeyLayout.ofInode(table, other.id, KeyLayout.inoOfInode(cursor.key())), MARK);
                }
            }
        }
    }

    void reparent(TreeNode node, long parent) {
        batch.put(KeyLayout.numbered(KeyLayout.NODE, node.id), TreeNode.encode(parent));
    }

    /** A subvolume shows another node; its record's lock is held until this is closed. */
    void show(Subvolume subvolume, TreeNode node) {
        subvolume.recordLock.lock();
        held.add(subvolume.recordLock);
        SubvolumeRecord record = subvolume.record().withNode(node.id);
        batch.put(KeyLayout.numbered(KeyLayout.SUBVOLUME, record.id()), record.encode());
    }

    /** The node sees what its child saw. */
    void takeReferences(TreeNode node, TreeNode child) {
        NodeUsage seen = child.usage();
        NodeUsage own = node.usage();
        references = new NodeUsage(
                own.keys(), own.writtenBytes() + seen.writtenBytes(), seen.referencedBytes(), seen.referencedInodes());
    }

    /** The node goes; with a key left it must not. */
    void removeNode(TreeNode node) {
        long keys = node.usage().keys();
        if (keys != 0) {
            throw new FsException(Errno.EUCLEAN, "remove node", "%d, with %d keys".formatted(node.id, keys));
        }
        batch.delete(KeyLayout.numbered(KeyLayout.NODE, node.id));
        batch.delete(KeyLayout.numbered(KeyLayout.USAGE, node.id));
        for (byte table : new byte[] {KeyLayout.ORPHAN, KeyLayout.CUT}) {
            try (Cursor cursor =
                    core.store().scan(KeyLayout.ofInode(table, node.id, 0), KeyLayout.ofInode(table, node.id, -1))) {
                while (cursor.next()) {
                    batch.delete(cursor.key());
                }
            }
        }
        fromRemoved = true;
    }

    TransactionId commit() {
        TreeNode other = to;
        TreeNode first = other != null && other.id > from.id ? other : from; // parents before children
        TreeNode second = other == null ? null : first == other ? from : other;
        first.accounting.lock();
        if (second != null) {
            second.accounting.lock();
        }
        try {
            NodeUsage ofFrom = from.usage.plus(new NodeUsage(keysFrom, 0, 0, 0));
            NodeUsage base = references;
            NodeUsage ofOther = other == null
                    ? NodeUsage.NONE
                    : (base == null ? other.usage : base).plus(new NodeUsage(keysTo, 0, 0, 0));
            if (!fromRemoved) {
                batch.put(KeyLayout.numbered(KeyLayout.USAGE, from.id), ofFrom.encode());
            }
            if (other != null) {
                batch.put(KeyLayout.numbered(KeyLayout.USAGE, other.id), ofOther.encode());
            }
            data.writeTo(batch);
            TransactionId transaction = core.write(batch);
            done = true;
            data.committed(transaction);
            from.usage = ofFrom;
            if (other != null) {
                other.usage = ofOther;
            }
            return transaction;
        } finally {
            if (second != null) {
                second.accounting.unlock();
            }
            first.accounting.unlock();
        }
    }

    @Override
    public void close() {
        if (!done) {
            done = true;
            data.failed();
        }
        held.forEach(ReentrantLock::unlock);
        held.clear();
    }
}
