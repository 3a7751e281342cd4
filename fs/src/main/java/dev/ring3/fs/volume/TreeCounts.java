package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.volume.RepairState.Found;
import dev.ring3.fs.volume.RepairState.Tally;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Brings what inodes say of themselves in line with the names that lead to them and with what is in them. */
final class TreeCounts {
    private final RepairState state;
    private final View view;

    TreeCounts(RepairState state) {
        this.state = state;
        this.view = state.view;
    }

    /** Counts what names and entries say, and lets inodes know where their names are. */
    void count() {
        for (Tally tally : state.inodes.values()) {
            for (Found name : tally.names) {
                Tally above = state.inodes.get(name.directory());
                if (above != null) {
                    above.entries++;
                    above.directories += tally.record.isDirectory() ? 1 : 0;
                }
            }
        }
        state.inodes.forEach((ino, tally) -> {
            InodeRecord before = tally.record;
            tally.record = before.copy();
            names(ino, tally, tally.record);
            counts(ino, tally, tally.record);
            if (tally.made || !Arrays.equals(InodeLayout.encode(before), InodeLayout.encode(tally.record))) {
                state.put(Item.inode(ino), InodeLayout.encode(tally.record));
            }
        });
    }

    /** Each name has a link of its own number, which leads back to it. */
    private void names(long ino, Tally tally, InodeRecord record) {
        Set<Long> used = new HashSet<>();
        record.parent = 0;
        record.parentCookie = 0;
        for (Found found : tally.names) {
            long link = record.isDirectory() ? 0 : found.entry().link();
            while (!used.add(link)) {
                link = record.nextLink++;
            }
            record.nextLink = Math.max(record.nextLink, link + 1);
            if (link != found.entry().link()) {
                Dirent right = found.entry().with(record.type(), link);
                state.put(Item.dirent(found.directory(), found.cookie()), right.encode());
            }
            byte[] place = new Links.Place(found.directory(), found.cookie()).encode();
            if (link == 0) {
                record.parent = found.directory();
                record.parentCookie = found.cookie();
            } else if (!Arrays.equals(view.value(new Item(Kind.LINK, ino, link)), place)) {
                state.put(new Item(Kind.LINK, ino, link), place);
            }
        }
        try (ViewScan scan = new ViewScan(view, Kind.LINK, ino, 0)) {
            while (scan.next()) {
                if (!used.contains(scan.item().position())) {
                    state.remove(scan.item());
                }
            }
        }
    }

    private void counts(long ino, Tally tally, InodeRecord record) {
        if (record.isDirectory()) {
            record.entries = tally.entries;
            record.links = tally.names.isEmpty() && ino != Reserved.ROOT ? 0 : 2 + tally.directories;
            record.setFlag(InodeRecord.HAS_HOLES, tally.made || record.has(InodeRecord.HAS_HOLES));
        } else {
            record.links = tally.names.size();
        }
        if (record.is(FileType.REGULAR)) {
            content(ino, tally, record);
        }
        if (tally.made) {
            xattrs(ino, record);
        }
    }

    /** A file that was made again ends where its last extent does. */
    private void content(long ino, Tally tally, InodeRecord record) {
        long blocks = 0;
        try (ViewScan scan = new ViewScan(view, Kind.EXTENT, ino, 0)) {
            while (scan.next()) {
                try {
                    blocks += FileData.recordBlocks(scan.version().value());
                    if (tally.made) {
                        record.sizeBytes = scan.item().position() * Reserved.BLOCK_BYTES;
                    }
                } catch (FsException _) {
                    state.remove(scan.item()); // where the data was is not known any more
                }
            }
        }
        record.allocatedBytes = blocks * Reserved.BLOCK_BYTES;
    }

    private void xattrs(long ino, InodeRecord record) {
        try (ViewScan scan = new ViewScan(view, Kind.XATTR, ino, 0)) {
            while (scan.next()) {
                Xattr xattr = Xattr.decode(scan.version().value());
                if (xattr.space() < XattrName.Namespace.values().length) {
                    XattrName.Namespace space = XattrName.Namespace.values()[xattr.space()];
                    record.setFlag(InodeRecord.HAS_XATTRS, true);
                    record.xattrBytes += space.prefix().length() + xattr.name().length + 1;
                }
                if (xattr.space() == Xattr.ACL) {
                    boolean access = Xattrs.AclKind.ACCESS.isStoredAs(xattr.name());
                    record.setFlag(access ? InodeRecord.HAS_ACL : InodeRecord.HAS_DEFAULT_ACL, true);
                }
            }
        }
    }
}
