package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.volume.RepairState.Found;
import dev.ring3.fs.volume.RepairState.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes what one node of the snapshot tree shows a tree of files again, by keys of that node. Names lead: what they say is
 * kept, and everything that is counted or points back follows. An inode whose record is lost is made again, as far as
 * its name and its data tell what it was; one that lost its name gets one in {@code lost+found}. For one use, on a volume
 * that nobody has open; to do it again does no harm.
 */
final class TreeRepair {
    private static final Name LOST_AND_FOUND = Name.of("lost+found");
    private static final byte[] MARK = {1};

    private final OrderedStore store;
    private final View view;
    private final long subvolume;
    private final Directories directories;
    private final RepairState state;
    private final Map<Long, Tally> inodes;

    /** @param subvolume that shows the node */
    TreeRepair(OrderedStore store, View view, long subvolume, Directories directories) {
        this.store = store;
        this.view = view;
        this.state = new RepairState(store, view);
        this.inodes = state.inodes;
        this.subvolume = subvolume;
        this.directories = directories;
    }

    void run() {
        readInodes();
        Tally root = inodes.computeIfAbsent(Reserved.ROOT, _ -> made(FileType.DIRECTORY, 0700));
        readEntries();
        removeOwnerless(Kind.LINK);
        removeOwnerless(Kind.XATTR);
        state.flush();
        placeEntries();
        state.flush();
        keepOneNameOfEachDirectory();
        nameTheLost(root);
        state.flush();
        new TreeCounts(state).count();
        state.flush();
    }

    private Tally made(FileType type, int permissions) {
        InodeRecord record = new InodeRecord(type.modeBits() | permissions, Instant.EPOCH); // made in no node we know
        record.links = 1;
        Tally tally = new Tally(record);
        tally.made = true;
        return tally;
    }

    private void readInodes() {
        byte letter = Kind.INODE.letter();
        Set<Long> seen = new HashSet<>();
        try (Cursor cursor = store.scan(new byte[] {letter}, KeyLayout.afterTable(letter))) {
            while (cursor.next()) {
                long ino = KeyLayout.item(cursor.key()).ino();
                if (view.sees(KeyLayout.node(cursor.key())) && seen.add(ino) && cursor.value().length > 0) {
                    inodes.put(ino, new Tally(InodeLayout.decode(cursor.value())));
                }
            }
        }
        for (Kind kind : new Kind[] {Kind.DIRENT, Kind.EXTENT}) {
            findLost(kind, kind == Kind.DIRENT ? FileType.DIRECTORY : FileType.REGULAR);
        }
    }

    /** Whether a value is no record of an inode, nor says that there is none. */
    static boolean isDamaged(byte[] value) {
        try {
            if (value.length > 0) {
                InodeLayout.decode(value).type();
            }
            return false;
        } catch (FsException _) {
            return true;
        }
    }

    /** Inodes without a record that have items of a kind: these say what they were. */
    private void findLost(Kind kind, FileType type) {
        try (Cursor cursor = store.scan(new byte[] {kind.letter()}, KeyLayout.afterTable(kind.letter()))) {
            while (cursor.next()) {
                Item item = KeyLayout.item(cursor.key());
                boolean own = view.sees(KeyLayout.node(cursor.key()));
                if (own && !inodes.containsKey(item.ino()) && view.value(item) != null) {
                    inodes.put(item.ino(), made(type, type == FileType.DIRECTORY ? 0700 : 0600));
                }
            }
        }
    }

    /** What was known of an inode that is gone for good. */
    private void removeOwnerless(Kind kind) {
        try (Cursor cursor = store.scan(new byte[] {kind.letter()}, KeyLayout.afterTable(kind.letter()))) {
            while (cursor.next()) {
                Item item = KeyLayout.item(cursor.key());
                boolean seen = view.sees(KeyLayout.node(cursor.key()));
                if (seen && !inodes.containsKey(item.ino()) && view.value(item) != null) {
                    state.remove(item);
                }
            }
        }
    }

    private void readEntries() {
        for (Map.Entry<Long, Tally> each : List.copyOf(inodes.entrySet())) {
            if (!each.getValue().record.isDirectory()) {
                continue;
            }
            try (ViewScan scan = new ViewScan(view, Kind.DIRENT, each.getKey(), 0)) {
                while (scan.next()) {
                    entry(each.getKey(), scan.item(), scan.version().value());
                }
            }
        }
    }

    private void entry(long directory, Item item, byte[] value) {
        Dirent entry;
        try {
            entry = Dirent.decode(value);
        } catch (FsException _) {
            state.remove(item);
            return;
        }
        if (entry.isHole() || entry.isSubvolume()) {
            if (entry.isSubvolume()) {
                place(directory, item, entry);
            }
            return;
        }
        Tally target = inodes.get(entry.target());
        if (target == null && (entry.type() == FileType.FIFO || entry.type() == FileType.SOCKET)) {
            target = made(entry.type(), 0600);
            inodes.put(entry.target(), target);
        }
        if (target == null) {
            state.remove(item); // neither its record nor its content is left
        } else {
            FileType type = target.record.type();
            Dirent right = type == entry.type() ? entry : entry.with(type, entry.link());
            if (!right.equals(entry)) {
                state.put(item, right.encode());
            }
            target.names.add(new Found(directory, item.position(), right));
        }
    }

    /** The place of a subvolume: counted if there is one. */
    private void place(long directory, Item item, Dirent entry) {
        boolean gone = entry.parent() == subvolume
                && store.get(KeyLayout.numbered(KeyLayout.SUBVOLUME, entry.target())) == null;
        if (gone) {
            state.remove(item);
        } else {
            Tally above = inodes.get(directory);
            if (above != null) {
                above.entries++;
                above.directories++;
            }
        }
    }

    /** Puts entries where their names are looked for; of two with one name the first stays. */
    private void placeEntries() {
        for (Tally tally : inodes.values()) {
            List<Found> placed = new ArrayList<>();
            for (Found found : tally.names) {
                Name name = found.entry().name();
                Tally above = inodes.get(found.directory());
                if (name == null || above == null) {
                    continue;
                }
                Directories.Place place = directories.locate(view, found.directory(), above.record, name);
                Dirent there = place.found();
                if (there != null && place.cookie() == found.cookie()) {
                    placed.add(found);
                    continue;
                }
                state.remove(Item.dirent(found.directory(), found.cookie()));
                state.flush();
                if (there == null) {
                    placed.add(enter(found.directory(), above, name, found.entry()));
                }
            }
            tally.names.clear();
            tally.names.addAll(placed);
        }
    }

    private Found enter(long directory, Tally above, Name name, Dirent entry) {
        Directories.Place place = directories.locate(view, directory, above.record, name);
        for (Directories.Place passed : place.passed()) {
            Dirent before = passed.dirent();
            if (before != null) {
                state.put(
                        Item.dirent(directory, passed.cookie()),
                        before.withChained().encode());
            }
        }
        boolean chained = place.dirent() != null && place.dirent().chained();
        Dirent stored = chained ? entry.withChained() : entry;
        state.put(Item.dirent(directory, place.cookie()), stored.encode());
        state.flush();
        return new Found(directory, place.cookie(), stored);
    }

    private void keepOneNameOfEachDirectory() {
        inodes.forEach((ino, tally) -> {
            if (tally.record.isDirectory() && (tally.names.size() > 1 || ino == Reserved.ROOT)) {
                Found kept = ino == Reserved.ROOT ? null : remembered(tally);
                tally.names.stream()
                        .filter(each -> !each.equals(kept))
                        .forEach(each -> state.remove(Item.dirent(each.directory(), each.cookie())));
                tally.names.removeIf(each -> !each.equals(kept));
            }
        });
    }

    private static Found remembered(Tally tally) {
        return tally.names.stream()
                .filter(each -> each.directory() == tally.record.parent && each.cookie() == tally.record.parentCookie)
                .findFirst()
                .orElse(tally.names.getFirst());
    }

    /** Gives names to inodes that have none, or that cannot be reached; those that were deleted are to go. */
    private void nameTheLost(Tally root) {
        List<Long> lost = new ArrayList<>();
        Map<Long, Boolean> reached = new HashMap<>();
        inodes.forEach((ino, tally) -> {
            if (ino == Reserved.ROOT) {
                return;
            }
            if (tally.names.isEmpty() && tally.record.links == 0) {
                if (!view.isOrphan(ino)) {
                    state.batch().put(KeyLayout.orphan(view.node(), ino), MARK);
                }
            } else if (tally.names.isEmpty() || (tally.record.isDirectory() && !reaches(ino, reached))) {
                lost.add(ino);
            }
        });
        if (lost.isEmpty()) {
            return;
        }
        state.flush();
        long folder = lostAndFound(root);
        Tally above = inodes.get(folder);
        for (long ino : lost) {
            Tally tally = inodes.get(ino);
            if (tally == null || above == null || reaches(ino, new HashMap<>())) {
                continue; // it was in a ring that is open by now
            }
            tally.names.forEach(each -> state.remove(Item.dirent(each.directory(), each.cookie())));
            tally.names.clear();
            Name name = Name.of("#" + ino);
            Dirent entry = new Dirent(name, false, tally.record.type(), ino, 0, 0);
            tally.names.add(enter(folder, above, name, entry));
        }
    }

    private boolean reaches(long ino, Map<Long, Boolean> known) {
        Set<Long> passed = new HashSet<>();
        long at = ino;
        while (at != Reserved.ROOT && !known.getOrDefault(at, false)) {
            Tally tally = inodes.get(at);
            if (tally == null || tally.names.isEmpty() || !passed.add(at)) {
                return false;
            }
            at = tally.names.getFirst().directory();
        }
        passed.forEach(each -> known.put(each, true));
        return true;
    }

    private long lostAndFound(Tally root) {
        Directories.Place place = directories.locate(view, Reserved.ROOT, root.record, LOST_AND_FOUND);
        Dirent there = place.found();
        if (there != null && inodes.containsKey(there.target()) && there.type() == FileType.DIRECTORY) {
            return there.target();
        }
        MountState mount = MountState.decode(VolumeRepair.require(store, KeyLayout.mount()));
        long ino = mount.inoLimit();
        state.batch().put(KeyLayout.mount(), mount.withInoLimit(ino + 1).encode());
        Tally made = made(FileType.DIRECTORY, 0700);
        inodes.put(ino, made);
        Name name = there == null ? LOST_AND_FOUND : Name.of("lost+found#" + ino);
        made.names.add(enter(Reserved.ROOT, root, name, new Dirent(name, false, FileType.DIRECTORY, ino, 0, 0)));
        return ino;
    }
}
