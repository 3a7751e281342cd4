package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.extent.DataTransaction;
import dev.ring3.fs.store.Batch;
import dev.ring3.linux.Errno;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One change of the volume: an atomic batch, and what becomes of the inodes in memory when it took effect. Its maker
 * holds the subvolume's {@code freeze} shared and the locks of all inodes it edits exclusively, from before it reads
 * until after {@link #commit}. Nothing outside changes before the batch is written; if anything fails before, closing it
 * leaves no trace.
 */
final class Transaction implements AutoCloseable {
    private record Edit(LiveInode live, LiveInode.State before, InodeRecord draft, boolean create) {}

    private final VolumeCore core;
    private final @Nullable Subvolume subvolume;
    private final Subvolume.Head head;
    private final Instant now;
    private final Batch batch = new Batch();
    private final Map<LiveInode, Edit> edits = new LinkedHashMap<>();
    private final Map<LiveInode, InodeRecord> seen = new LinkedHashMap<>(); // drafts whose change the caller shows
    private final List<LiveInode> superseded = new ArrayList<>();
    private final List<LiveInode> deleted = new ArrayList<>();
    private final Map<Item, Boolean> mine = new HashMap<>(); // whether the node has a key, as far as this changed it
    private final List<ReentrantLock> held = new ArrayList<>();
    private final List<Runnable> written = new ArrayList<>();
    private @Nullable UnaryOperator<MountState> mountChange;
    private @Nullable DataTransaction data;
    private boolean settles;
    private long settledBytes;
    private long keys;
    private long writtenBytes;
    private long referencedBytes;
    private long referencedInodes;
    private boolean done;

    Transaction(VolumeCore core, Subvolume subvolume) {
        this(core, subvolume, subvolume.head());
    }

    /** Over a head that the subvolume is about to get. */
    Transaction(VolumeCore core, Subvolume.Head head) {
        this(core, null, head);
    }

    private Transaction(VolumeCore core, @Nullable Subvolume subvolume, Subvolume.Head head) {
        this.core = core;
        this.subvolume = subvolume;
        this.head = head;
        this.now = core.now();
    }

    Instant now() {
        return now;
    }

    View view() {
        return head.view();
    }

    long node() {
        return head.node().id;
    }

    /** Holds a lock until this is over: that of a subvolume's record, which is taken after inodes' locks. */
    void hold(ReentrantLock lock) {
        lock.lock();
        held.add(lock);
    }

    /** Changes the mount state too, in the same batch. */
    void mount(UnaryOperator<MountState> change) {
        mountChange = change;
    }

    /**
     * Done when the batch is written, before the new state of the inodes is shown: what is known of names must change
     * first, or somebody could take what was before for the content of the new change attribute.
     */
    void onWritten(Runnable action) {
        written.add(action);
    }

    /** The changes of other kinds of keys than items. */
    Batch batch() {
        return batch;
    }

    /** The data side of this change. */
    DataTransaction data() {
        DataTransaction begun = data;
        if (begun == null) {
            begun = core.data().begin();
            data = begun;
        }
        return begun;
    }

    boolean isBornHere(InodeRecord inode) {
        return inode.bornIn == node();
    }

    /** The record to change; the same one each time. */
    InodeRecord edit(LiveInode live) {
        Edit edit = edits.get(live);
        if (edit == null) {
            LiveInode.State before = core.require(live);
            edit = new Edit(live, before, before.record.copy(), false);
            edits.put(live, edit);
        }
        return edit.draft;
    }

    /** A new inode, whose record is to be filled in. */
    InodeRecord create(LiveInode live, int mode) {
        InodeRecord draft = newRecord(live, mode);
        draft.bornIn = node();
        batch.put(KeyLayout.born(node(), live.id.ino().value()), new byte[] {1});
        return draft;
    }

    /**
     * The same with a number that another had, whose keys may still be there in older nodes: so it counts as made in
     * none, and every change of it is named.
     */
    InodeRecord createAgain(LiveInode live, int mode, Version whiteout) {
        InodeRecord draft = newRecord(live, mode);
        draft.storedIn = whiteout.node();
        return draft;
    }

    private InodeRecord newRecord(LiveInode live, int mode) {
        InodeRecord draft = new InodeRecord(mode, now);
        draft.change = core.nextChange();
        edits.put(live, new Edit(live, LiveInode.State.gone(draft), draft, true));
        referencedInodes++;
        return draft;
    }

    /** The record of an inode that stays what it is to everybody; its change attribute was seen or not as before. */
    InodeRecord restored(LiveInode live) {
        InodeRecord draft = edit(live);
        Edit edit = edits.get(live);
        if (edit != null && !superseded.contains(live) && edit.before.supersedeUnseen()) {
            superseded.add(live);
        }
        return draft;
    }

    /**
     * Notes that content or attributes change: the change attribute moves if anybody may have seen it, and the change
     * time is now.
     */
    InodeRecord changed(LiveInode live) {
        InodeRecord draft = edit(live);
        draft.changeTime = now;
        Edit edit = edits.get(live);
        if (edit != null && !edit.create && draft.change == edit.before.record.change && !superseded.contains(live)) {
            if (edit.before.supersedeUnseen()) {
                superseded.add(live);
            } else {
                draft.change = core.nextChange();
            }
        }
        return draft;
    }

    /** The same where the caller shows the value afterwards, or has shown the one before. */
    InodeRecord changedAndSeen(LiveInode live) {
        InodeRecord draft = edit(live);
        draft.changeTime = now;
        Edit edit = edits.get(live);
        if (edit != null && !edit.create && draft.change == edit.before.record.change) {
            draft.change = core.nextChange();
        }
        seen.put(live, draft);
        return draft;
    }

    /** A directory whose entries change: content, and both times. */
    InodeRecord entriesChanged(LiveInode directory) {
        InodeRecord draft = changedAndSeen(directory);
        draft.modifyTime = now;
        return draft;
    }

    /** The inode goes; its other items must be gone. */
    void delete(LiveInode live) {
        InodeRecord draft = edit(live);
        edits.remove(live);
        removeItem(Item.inode(live.id.ino().value()), draft.storedIn, isBornHere(draft));
        if (isBornHere(draft)) {
            batch.delete(KeyLayout.born(node(), live.id.ino().value()));
        }
        referencedInodes--;
        deleted.add(live);
    }

    /**
     * Writes a version of an item.
     *
     * @param prior what this view sees of it, whiteouts included
     * @param owner the inode it belongs to
     */
    void put(Item item, byte[] value, @Nullable Version prior, InodeRecord owner) {
        putItem(item, value, prior != null && prior.node() == node(), isBornHere(owner));
    }

    private void putItem(Item item, byte[] value, boolean stored, boolean bornHere) {
        batch.put(KeyLayout.version(item, node()), value);
        if (!isOwn(item, stored)) {
            keys++;
            if (!bornHere) {
                batch.put(KeyLayout.changed(node(), item), new byte[] {1});
            }
        }
        mine.put(item, true);
    }

    /** Makes an item that this view sees go. */
    void remove(Item item, Version prior, InodeRecord owner) {
        removeItem(item, prior.node(), isBornHere(owner));
    }

    /** Whether this node has a key of the item, this transaction's own changes counted. */
    private boolean isOwn(Item item, boolean stored) {
        return mine.getOrDefault(item, stored);
    }

    private void removeItem(Item item, long storedIn, boolean bornHere) {
        boolean own = isOwn(item, storedIn == node());
        boolean hidesOne = !bornHere;
        if (own && !bornHere) {
            Version beyond = view().findBeyond(item);
            hidesOne = beyond != null && !beyond.isWhiteout();
        }
        if (hidesOne) {
            putItem(item, new byte[0], own, bornHere);
        } else {
            batch.delete(KeyLayout.version(item, node()));
            mine.put(item, false);
            keys -= own ? 1 : 0;
            if (!bornHere) {
                batch.delete(KeyLayout.changed(node(), item));
            }
        }
    }

    void countBytes(long written, long referenced) {
        writtenBytes += written;
        referencedBytes += referenced;
    }

    /** This names data whose space was accepted before: so much of it, and whatever the quota is by now. */
    void settle(long bytes) {
        settles = true;
        settledBytes = bytes;
    }

    /** Checks the quota, writes the batch, and shows the new state of the inodes. */
    TransactionId commit() {
        for (Edit edit : edits.values()) {
            InodeRecord draft = edit.draft;
            putItem(
                    Item.inode(edit.live.id.ino().value()),
                    InodeLayout.encode(draft),
                    draft.storedIn == node(),
                    isBornHere(draft));
        }
        TransactionId transaction = writeFenced();
        written.forEach(Runnable::run);
        publish(transaction);
        return transaction;
    }

    /** Nobody reads through the records of these files while the batch changes them and what they name becomes free. */
    private TransactionId writeFenced() {
        DataTransaction begun = data;
        Stream<LiveInode> changed = Stream.concat(edits.keySet().stream(), deleted.stream());
        List<Lock> fences = begun == null ? List.of() : CachedFile.fences(changed);
        fences.forEach(Lock::lock);
        try {
            TransactionId transaction = write();
            done = true;
            if (begun != null) {
                begun.committed(transaction);
            }
            return transaction;
        } finally {
            fences.forEach(Lock::unlock);
        }
    }

    private TransactionId write() {
        NodeUsage delta = new NodeUsage(keys, writtenBytes, referencedBytes, referencedInodes);
        TreeNode node = head.node();
        node.accounting.lock();
        try {
            NodeUsage after = node.usage.plus(delta);
            requireQuota(delta, after);
            if (!delta.equals(NodeUsage.NONE)) {
                batch.put(KeyLayout.numbered(KeyLayout.USAGE, node.id), after.encode());
            }
            if (data != null) {
                data.writeTo(batch);
            }
            UnaryOperator<MountState> mounting = mountChange;
            TransactionId transaction = mounting == null ? core.write(batch) : core.updateMount(batch, mounting, false);
            node.usage = after;
            if (settles && subvolume != null) {
                subvolume.stored(settledBytes);
            }
            return transaction;
        } finally {
            node.accounting.unlock();
        }
    }

    private void requireQuota(NodeUsage delta, NodeUsage after) {
        if (settles) {
            return;
        }
        SubvolumeRecord record = head.record();
        long unstored = subvolume == null ? 0 : subvolume.unstoredBytes();
        boolean bytes = record.quotaBytes() >= 0
                && delta.referencedBytes() > 0
                && after.referencedBytes() + unstored > record.quotaBytes();
        boolean inodes = record.quotaInodes() >= 0
                && delta.referencedInodes() > 0
                && after.referencedInodes() > record.quotaInodes();
        if (bytes || inodes) {
            throw new FsException(Errno.EDQUOT, "write", "subvolume %d".formatted(record.id()));
        }
    }

    private void publish(TransactionId transaction) {
        for (Edit edit : edits.values()) {
            InodeRecord draft = edit.draft;
            draft.storedIn = node();
            edit.live.transaction = transaction.value();
            boolean unseen = superseded.contains(edit.live) || edit.create || draft.change != edit.before.record.change;
            edit.live.state = unseen && !seen.containsKey(edit.live)
                    ? LiveInode.State.unseen(draft)
                    : LiveInode.State.loaded(draft); // not changed in what counts: seen before, perhaps
        }
        for (LiveInode live : deleted) {
            LiveInode.State before = live.state;
            live.transaction = transaction.value();
            live.state = LiveInode.State.gone(before == null ? new InodeRecord(0, now) : before.record);
            live.entries.clear();
            FileCache.drop(live);
        }
    }

    /** Undoes what was noted in memory, unless it took effect. */
    @Override
    public void close() {
        if (!done) {
            done = true;
            undo();
        }
        held.forEach(ReentrantLock::unlock);
        held.clear();
    }

    private void undo() {
        for (LiveInode live : superseded) {
            LiveInode.State before = live.state;
            if (before != null) {
                live.state = LiveInode.State.unseen(before.record);
            }
        }
        DataTransaction begun = data;
        if (begun != null) {
            begun.failed();
        }
    }
}
