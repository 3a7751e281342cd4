package dev.ring3.fs.volume;

import dev.ring3.fs.store.Cursor;

/**
 * Moves what one node of the snapshot tree holds to the node above or below, as part of a transaction. No view changes by
 * it: every view that sees the one node sees the other.
 *
 * <p>An inode that was made in a node is looked for in that node alone, so its record says that it was made in the other
 * one only while all its items are there, or that it was made in the node that is read through no more: downwards the record
 * moves last, upwards first, if they do not all move at once.
 */
final class InodeMove {
    private static final byte[] MARK = {1};

    private final VolumeCore core;
    private final TreeNode from;
    private final TreeNode to;
    private final boolean down;
    private final View beyond; // what is seen from above both
    private final NodeMove move;

    InodeMove(VolumeCore core, TreeNode from, TreeNode to, boolean down, NodeMove move) {
        this.core = core;
        this.from = from;
        this.to = to;
        this.down = down;
        this.beyond = new View(core.store(), core.tree().lineage(down ? from : to));
        this.move = move;
    }

    /** Moves all that a change names; false if the transaction is full before. */
    boolean run(byte[] change) {
        if (KeyLayout.isBorn(change)) {
            if (!born(KeyLayout.changedIno(change))) {
                return false;
            }
        } else {
            Item item = KeyLayout.changedItem(change);
            byte[] value = core.store().get(KeyLayout.version(item, from.id));
            if (value != null) {
                move(item, value, false);
            }
        }
        move.batch().delete(change);
        return true;
    }

    private boolean born(long ino) {
        Item inode = Item.inode(ino);
        if (!down) {
            moveRecord(inode);
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.INODE && !items(kind, ino)) {
                return false;
            }
        }
        if (down) {
            moveRecord(inode);
        }
        return true;
    }

    /** False if there are more than fit into the transaction. */
    private boolean items(Kind kind, long ino) {
        try (Cursor cursor = move.itemsOf(kind, ino)) {
            while (cursor.next()) {
                byte[] key = cursor.key();
                if (KeyLayout.node(key) == from.id) {
                    if (move.isFull()) {
                        return false;
                    }
                    move(KeyLayout.item(key), cursor.value(), true);
                }
            }
            return true;
        }
    }

    private void move(Item item, byte[] value, boolean born) {
        if (!move.touch(item)) {
            return;
        }
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
        if (!move.touch(inode)) {
            return;
        }
        byte[] value = core.store().get(KeyLayout.version(inode, from.id));
        byte[] there = core.store().get(KeyLayout.version(inode, to.id));
        if (value != null) {
            move.take(KeyLayout.version(inode, from.id));
        }
        byte[] lasting = down && there != null ? there : value;
        if (lasting != null && lasting.length > 0) {
            move.put(inode, reborn(lasting), there);
            move.batch().put(KeyLayout.born(to.id, inode.ino()), MARK);
        } else if (there != null && down) {
            move.removeOther(inode, there);
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
