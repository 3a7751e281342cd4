package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.DataAudit;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.store.Cursor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds what one subvolume shows against what a tree of files must be. Memory goes with its inodes. */
final class SubvolumeCheck {
    /** What is seen of an inode from its names and its entries. */
    private static final class Tally {
        final InodeRecord record;
        int names;
        int directories; // below
        long entries;

        Tally(InodeRecord record) {
            this.record = record;
        }
    }

    private final VolumeCheck check;
    private final Directories directories;
    private final Subvolumes subvolumes;
    private final Subvolume subvolume;
    private final View view;
    private final Map<Long, Tally> inodes = new HashMap<>();
    private long bytes;

    SubvolumeCheck(VolumeCheck check, Directories directories, Subvolumes subvolumes, Subvolume subvolume) {
        this.check = check;
        this.directories = directories;
        this.subvolumes = subvolumes;
        this.subvolume = subvolume;
        this.view = subvolume.view();
    }

    private void find(VolumeFinding.Kind kind, String where) {
        check.find(kind, subvolume.id + ": " + where);
    }

    void run() {
        readInodes();
        if (!inodes.containsKey(Reserved.ROOT)) {
            find(VolumeFinding.Kind.TREE, "no root");
            return;
        }
        readEntries();
        if (subvolume.isReceiving()) {
            return; // names and inodes come one after the other
        }
        inodes.forEach(this::checkInode);
        checkItems();
        NodeUsage usage = subvolume.node().usage();
        if (usage.referencedInodes() != inodes.size() || usage.referencedBytes() != bytes) {
            find(VolumeFinding.Kind.USAGE, "%d inodes and %d bytes, counts %s".formatted(inodes.size(), bytes, usage));
        }
    }

    private void readInodes() {
        // One scan over the whole table: the position is always 0, so the next inode begins a new item.
        byte letter = Kind.INODE.letter();
        Set<Long> seen = new HashSet<>();
        try (Cursor cursor = view.store().scan(new byte[] {letter}, KeyLayout.afterTable(letter))) {
            while (cursor.next()) {
                long ino = KeyLayout.item(cursor.key()).ino();
                long node = KeyLayout.node(cursor.key());
                if (view.sees(node) && seen.add(ino) && cursor.value().length > 0) {
                    readInode(ino, cursor.value());
                }
            }
        }
    }

    private void readInode(long ino, byte[] value) {
        try {
            InodeRecord record = InodeLayout.decode(value);
            record.type();
            inodes.put(ino, new Tally(record));
            bytes += record.allocatedBytes;
            check.countInode();
        } catch (FsException e) {
            find(VolumeFinding.Kind.RECORD, "ino %d: %s".formatted(ino, e.getMessage()));
        }
    }

    private void readEntries() {
        inodes.forEach((directory, tally) -> {
            if (!tally.record.isDirectory()) {
                return;
            }
            try (ViewScan scan = new ViewScan(view, Kind.DIRENT, directory, 0)) {
                while (scan.next()) {
                    Dirent entry = decode(directory, scan.version().value());
                    if (entry != null && !entry.isHole()) {
                        tally.entries++;
                        tally.directories += entry.type() == FileType.DIRECTORY ? 1 : 0;
                        checkEntry(directory, scan.item().position(), entry);
                    }
                }
            }
        });
    }

    private @Nullable Dirent decode(long directory, byte[] value) {
        try {
            return Dirent.decode(value);
        } catch (FsException e) {
            find(VolumeFinding.Kind.RECORD, "an entry of directory %d: %s".formatted(directory, e.getMessage()));
            return null;
        }
    }

    private void checkEntry(long directory, long cookie, Dirent entry) {
        Tally above = inodes.get(directory);
        Name name = entry.name();
        if (above != null && name != null) {
            Directories.Place place = directories.locate(view, directory, above.record, name);
            if (place.found() == null || place.cookie() != cookie) {
                find(VolumeFinding.Kind.DIRECTORY, "\"%s\" in %d is not found by its name".formatted(name, directory));
            }
        }
        if (entry.isSubvolume()) {
            checkPlace(directory, entry);
            return;
        }
        Tally target = inodes.get(entry.target());
        if (target == null || target.record.type() != entry.type()) {
            find(
                    VolumeFinding.Kind.ENTRY,
                    "\"%s\" in directory %d leads to %s".formatted(entry.name(), directory, entry));
            return;
        }
        target.names++;
        Links.Place place = placeOf(entry, target.record);
        if (place == null || place.directory() != directory || place.cookie() != cookie) {
            find(
                    VolumeFinding.Kind.LINKS,
                    "ino %d: link %d is at %s, not %d, %d"
                            .formatted(entry.target(), entry.link(), place, directory, cookie));
        }
    }

    private Links.@Nullable Place placeOf(Dirent entry, InodeRecord record) {
        if (entry.link() == 0) {
            return new Links.Place(record.parent, record.parentCookie);
        }
        Version version = view.find(new Item(Kind.LINK, entry.target(), entry.link()));
        return version == null || version.isWhiteout() ? null : Links.Place.decode(version.value());
    }

    private void checkPlace(long directory, Dirent entry) {
        if (entry.parent() != subvolume.id.value()) {
            return; // seen from a snapshot
        }
        Subvolume below = subvolumes.find(new SubvolumeId(entry.target()));
        if (below == null
                || below.record().parent() != subvolume.id.value()
                || below.record().directory() != directory
                || !Objects.equals(below.record().name(), entry.name())) {
            find(
                    VolumeFinding.Kind.TREE,
                    "\"%s\" in directory %d is no place of subvolume %d"
                            .formatted(entry.name(), directory, entry.target()));
        }
    }

    private void checkInode(long ino, Tally tally) {
        InodeRecord record = tally.record;
        if (record.isDirectory()) {
            boolean nameless = record.links == 0 && tally.names == 0;
            int names = ino == Reserved.ROOT ? 0 : 1;
            if (!nameless && (tally.names != names || record.links != 2 + tally.directories)) {
                find(
                        VolumeFinding.Kind.LINKS,
                        "directory %d: %d links, %d names, %d below"
                                .formatted(ino, record.links, tally.names, tally.directories));
            }
            if (record.entries != tally.entries) {
                find(
                        VolumeFinding.Kind.DIRECTORY,
                        "%d: %d entries, counts %d".formatted(ino, tally.entries, record.entries));
            }
            if (!nameless && !reachesRoot(ino)) {
                find(VolumeFinding.Kind.DIRECTORY, "%d is not below the root".formatted(ino));
            }
        } else if (record.links != tally.names) {
            find(VolumeFinding.Kind.LINKS, "ino %d: %d links, %d names".formatted(ino, record.links, tally.names));
        }
        if (record.links == 0 && !view.isOrphan(ino)) {
            find(VolumeFinding.Kind.LINKS, "ino %d has no name and is no orphan".formatted(ino));
        }
        if (record.is(FileType.REGULAR)) {
            checkExtents(ino, record);
        }
    }

    private boolean reachesRoot(long ino) {
        Set<Long> passed = new HashSet<>();
        long up = ino;
        while (up != Reserved.ROOT) {
            Tally tally = inodes.get(up);
            if (tally == null || !passed.add(up)) {
                return false;
            }
            up = tally.record.parent;
        }
        return true;
    }

    private void checkExtents(long ino, InodeRecord record) {
        ExtentItems records = new ExtentItems(view, ino, record);
        DataAudit.checkView(records).forEach(finding -> find(VolumeFinding.Kind.DATA, String.valueOf(finding)));
        long blocks = 0;
        try (ViewScan scan = new ViewScan(view, Kind.EXTENT, ino, 0)) {
            while (scan.next()) {
                blocks += FileData.recordBlocks(scan.version().value());
            }
        } catch (FsException e) {
            find(VolumeFinding.Kind.RECORD, "ino %d: %s".formatted(ino, e.getMessage()));
        }
        if (blocks * Reserved.BLOCK_BYTES != record.allocatedBytes) {
            find(
                    VolumeFinding.Kind.USAGE,
                    "ino %d: %d blocks, counts %d bytes".formatted(ino, blocks, record.allocatedBytes));
        }
    }

    /** No item is seen whose inode is not, and what was made here is wholly here. */
    private void checkItems() {
        for (Kind kind : Kind.values()) {
            try (Cursor cursor = view.store().scan(new byte[] {kind.letter()}, KeyLayout.afterTable(kind.letter()))) {
                Item last = null;
                while (cursor.next()) {
                    Item item = KeyLayout.item(cursor.key());
                    long node = KeyLayout.node(cursor.key());
                    if (view.sees(node) && !item.equals(last)) {
                        last = item;
                        checkItem(item, node, cursor.value().length > 0);
                    }
                }
            }
        }
    }

    private void checkItem(Item item, long node, boolean visible) {
        Tally owner = inodes.get(item.ino());
        if (visible && owner == null) {
            find(VolumeFinding.Kind.ORPHANED_ITEM, "%s of node %d".formatted(item, node));
        }
        if (owner != null && owner.record.bornIn == view.node() && node != view.node()) {
            find(
                    VolumeFinding.Kind.KEYS,
                    "%s is of node %d, though its inode was made in %d".formatted(item, node, view.node()));
        }
    }
}
