package dev.ring3.fs.volume;

import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.store.Cursor;
import java.util.List;

/**
 * Moves what one node of the snapshot tree holds of one inode to the node above or below, in bounded transactions. No view
 * changes by it: every view that sees the one node sees the other.
 *
 * <p>An inode that was made in a node is looked for in that node alone, so its record says that it was made in the other
 * one only while all its items are there, or that it was made in the node that is read through no more: downwards the record
 * moves last, upwards first.
 */
final class InodeMove {
    private final VolumeCore core;
    private final TreeNode from;
    private final TreeNode to;
    private final long ino;
    private final boolean down;
    private final int keysMax;
    private final View beyond; // what is seen from above both

    InodeMove(VolumeCore core, TreeNode from, TreeNode to, long ino, boolean down, int keysMax) {
        this.core = core;
        this.from = from;
        this.to = to;
        this.ino = ino;
        this.down = down;
        this.keysMax = keysMax;
        this.beyond = new View(core.store(), core.tree().lineage(down ? from : to));
    }

    /** @param shown what shows the younger node, in the order of numbers: nobody there is inside of the inode meanwhile */
    void run(List<byte[]> changes, List<Subvolume> shown) {
        NodeId[] ids =
                shown.stream().map(each -> new NodeId(each.id, new Ino(ino))).toArray(NodeId[]::new);
        shown.forEach(each -> each.freeze.readLock().lock());
        try (LockSet locks = new LockSet(core.inodes(), ids)) {
            try {
                run(changes);
            } finally {
                for (NodeId id : ids) {
                    locks.get(id).state = null; // where it is stored has changed
                }
            }
        } finally {
            shown.forEach(each -> each.freeze.readLock().unlock());
        }
    }

    private void run(List<byte[]> changes) {
        for (byte[] change : changes) {
            if (KeyLayout.isBorn(change)) {
                born(change);
            } else {
                one(change);
            }
        }
    }

    private void one(byte[] change) {
        try (NodeMove move = new NodeMove(core, from, to, keysMax)) {
            Item item = KeyLayout.changedItem(change);
            byte[] value = core.store().get(KeyLayout.version(item, from.id));
            if (value != null) {
                move(move, item, value, false);
            }
            move.batch().delete(change);
            move.commit();
        }
    }

    private void born(byte[] change) {
        Item inode = Item.inode(ino);
        if (!down) {
            moveRecord(inode);
        }
        for (Kind kind : Kind.values()) {
            boolean more = kind != Kind.INODE;
            while (more) {
                more = !items(kind);
            }
        }
        if (down) {
            moveRecord(inode);
        }
        try (NodeMove move = new NodeMove(core, from, to, keysMax)) {
            move.batch().delete(change);
            move.commit();
        }
    }

    /** False if there are more than fit into one transaction. */
    private boolean items(Kind kind) {
        try (NodeMove move = new NodeMove(core, from, to, keysMax);
                Cursor cursor = move.itemsOf(kind, ino)) {
            boolean more = false;
            boolean any = false;
            while (!more && cursor.next()) {
                byte[] key = cursor.key();
                if (KeyLayout.node(key) == from.id) {
                    move(move, KeyLayout.item(key), cursor.value(), true);
                    any = true;
                    more = move.isFull();
                }
            }
            if (any) {
                move.commit();
            }
            return !more;
        }
    }

    private void move(NodeMove move, Item item, byte[] value, boolean born) {
        byte[] key = KeyLayout.version(item, from.id);
        byte[] there = core.store().get(KeyLayout.version(item, to.id));
        if (down && there != null) {
            move.remove(key, value); // the child has its own
            if (there.length == 0 && !hides(item, born)) {
                move.removeOther(item, there); // and it said that there is none, which is true by itself now
            }
        } else if (value.length > 0 || hides(item, born)) {
            move.take(key);
            move.put(item, value, there);
        } else {
            move.take(key);
            if (there != null) {
                move.removeOther(item, there);
            }
        }
    }

    /** Whether something would be seen from above both if it were not hidden. */
    private boolean hides(Item item, boolean born) {
        if (born) {
            return false; // nothing of it is above the node it was made in
        }
        Version above = beyond.findBeyond(item);
        return above != null && !above.isWhiteout();
    }

    /** The record, which is made in the other node from now on. */
    private void moveRecord(Item inode) {
        byte[] value = core.store().get(KeyLayout.version(inode, from.id));
        byte[] there = core.store().get(KeyLayout.version(inode, to.id));
        try (NodeMove move = new NodeMove(core, from, to, keysMax)) {
            byte[] lasting = down && there != null ? there : value;
            if (value != null) {
                move.take(KeyLayout.version(inode, from.id));
            }
            if (lasting != null && lasting.length > 0) {
                move.put(inode, reborn(lasting), there);
                move.batch().put(KeyLayout.born(to.id, ino), new byte[] {1});
            } else if (there != null) {
                move.removeOther(inode, there);
            }
            move.commit();
        }
    }

    private byte[] reborn(byte[] value) {
        InodeRecord record = InodeLayout.decode(value);
        if (record.bornIn == from.id) {
            record.bornIn = to.id;
        }
        return InodeLayout.encode(record);
    }
}
