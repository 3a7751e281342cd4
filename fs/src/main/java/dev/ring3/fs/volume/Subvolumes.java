package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The subvolumes of a volume, in memory: so they are listed, and found by number, without a walk.
 */
final class Subvolumes {
    static final LockClass CLASS = LockClass.named("subvolumes");
    /** Held by whoever makes, deletes or moves a subvolume; taken before every other lock. */
    final ReentrantLock lock = FsLocks.lock(CLASS);

    private final ConcurrentHashMap<SubvolumeId, Subvolume> byId = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, NavigableMap<Name, Subvolume>> snapshots = new ConcurrentHashMap<>();

    private volatile long change; // of the list, for those who list it
    private volatile boolean hasReceived;

    static Subvolumes load(OrderedStore store, SnapshotTree tree) {
        Subvolumes subvolumes = new Subvolumes();
        byte table = KeyLayout.SUBVOLUME;
        try (Cursor cursor = store.scan(new byte[] {table}, KeyLayout.afterTable(table))) {
            while (cursor.next()) {
                SubvolumeRecord record = SubvolumeRecord.decode(cursor.value());
                Subvolume subvolume = new Subvolume(new SubvolumeId(record.id()), head(store, tree, record));
                byte[] received = store.get(KeyLayout.numbered(KeyLayout.RECEIVED, record.id()));
                if (received != null) {
                    subvolume.setReceived(ReceivedState.decode(received));
                }
                subvolumes.add(subvolume);
            }
        }
        return subvolumes;
    }

    /** What a record shows. */
    static Subvolume.Head head(OrderedStore store, SnapshotTree tree, SubvolumeRecord record) {
        TreeNode node = tree.node(record.node());
        return new Subvolume.Head(record, node, new View(store, tree.lineage(node)));
    }

    void add(Subvolume subvolume) {
        hasReceived |= subvolume.received() != null;
        byId.put(subvolume.id, subvolume);
        SubvolumeRecord record = subvolume.record();
        if (record.isInSnapshotsFolder()) {
            snapshots
                    .computeIfAbsent(record.parent(), parent -> new ConcurrentSkipListMap<>())
                    .put(record.name(), subvolume);
        }
    }

    /** No longer found. */
    void remove(Subvolume subvolume) {
        byId.remove(subvolume.id);
        forgetPlace(subvolume.record());
    }

    /** After a subvolume was renamed. */
    void moved(Subvolume subvolume, SubvolumeRecord before) {
        forgetPlace(before);
        add(subvolume);
    }

    /** Part of a transaction that moves the place of a subvolume within its parent. */
    void movePlace(Transaction change, SubvolumeId id, long parent, long directory, Name name) {
        Subvolume subvolume = require(id, "rename");
        change.hold(subvolume.recordLock);
        SubvolumeRecord before = subvolume.record();
        SubvolumeRecord after = before.withPlace(parent, directory, name);
        change.batch().put(KeyLayout.numbered(KeyLayout.SUBVOLUME, id.value()), after.encode());
        change.onWritten(() -> {
            subvolume.replace(after);
            moved(subvolume, before);
        });
    }

    private void forgetPlace(SubvolumeRecord record) {
        if (record.isInSnapshotsFolder()) {
            NavigableMap<Name, Subvolume> folder = snapshots.get(record.parent());
            if (folder != null) {
                folder.remove(record.name());
            }
        }
    }

    /** Whether content was received since this was opened, or is there: with numbers that inodes have elsewhere too. */
    boolean hasReceived() {
        return hasReceived;
    }

    /** The change attribute of what is listed under {@code .snapshots}. */
    long change() {
        return change;
    }

    void changed(long value) {
        change = value;
    }

    @Nullable
    Subvolume find(SubvolumeId id) {
        return byId.get(id);
    }

    /** The subvolume; ESTALE if it is gone. */
    Subvolume require(SubvolumeId id, String operation) {
        Subvolume subvolume = byId.get(id);
        if (subvolume == null) {
            throw new FsException(Errno.ESTALE, operation, id.toString());
        }
        return subvolume;
    }

    Collection<Subvolume> all() {
        return new ArrayList<>(byId.values());
    }

    /** What is in a subvolume's {@code .snapshots}. */
    NavigableMap<Name, Subvolume> snapshotsOf(SubvolumeId id) {
        return snapshots.getOrDefault(id.value(), new ConcurrentSkipListMap<>());
    }

    /** A subvolume and those that have their place in a directory of it, or of one of these; parents first. */
    List<Subvolume> withNested(Subvolume top) {
        List<Subvolume> found = new ArrayList<>(List.of(top));
        for (int next = 0; next < found.size(); next++) {
            long parent = found.get(next).id.value();
            byId.values().stream()
                    .filter(each ->
                            each.record().parent() == parent && !each.record().isInSnapshotsFolder())
                    .sorted(Comparator.comparing(each -> each.id))
                    .forEach(found::add);
        }
        return found;
    }

    /** Whether any subvolume, also one that is only read, shows this node. */
    boolean isShown(TreeNode node) {
        return shownBy(node) > 0;
    }

    /** How many subvolumes show this node. */
    long shownBy(TreeNode node) {
        return byId.values().stream()
                .filter(each -> each.record().node() == node.id)
                .count();
    }

    /** The subvolume that writes to this node, or null. */
    @Nullable
    Subvolume writerOf(TreeNode node) {
        for (Subvolume subvolume : byId.values()) {
            SubvolumeRecord record = subvolume.record();
            if (record.node() == node.id && !record.readOnly()) {
                return subvolume;
            }
        }
        return null;
    }
}
