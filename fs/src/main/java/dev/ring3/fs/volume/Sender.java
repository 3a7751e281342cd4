package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.transfer.FrameWriter;
import dev.ring3.fs.transfer.TransferFrame;
import dev.ring3.fs.transfer.TransferPosition;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * Says what a view shows, or how it differs from an earlier one, in frames. It goes three times over the inodes that the
 * indexes of changes name: names that go, of all directories, then inodes, then names that come; so a name is free when
 * another inode takes it, and an inode is there when it gets a name, whatever moved where. Inodes without a name are not
 * there; places of other subvolumes are left out.
 */
final class Sender {
    private final @Nullable View before;
    private final View after;
    private final List<Long> nodes; // that lie between the two
    private final FrameWriter out;
    private final FileSender files;

    /** @param nodes whose indexes name all that differs; with nothing before, all that is seen */
    Sender(VolumeCore core, @Nullable View before, View after, List<Long> nodes, FrameWriter out) {
        this.before = before;
        this.after = after;
        this.nodes = nodes;
        this.out = out;
        this.files = new FileSender(core.data(), after, out);
    }

    /** Says everything from this position on. */
    void run(TransferPosition from) {
        if (from.phase() <= TransferPosition.NAMES_GO && before != null) {
            namesGo(before, from.phase() == TransferPosition.NAMES_GO ? from.ino() : 0);
        }
        if (from.phase() <= TransferPosition.INODES) {
            boolean within = from.phase() == TransferPosition.INODES;
            inodes(within ? from.ino() : 0, within ? from.offsetBytes() : 0);
        }
        if (from.phase() <= TransferPosition.NAMES_COME) {
            namesCome(from.phase() == TransferPosition.NAMES_COME ? from.ino() : 0);
        }
        out.end();
    }

    private ChangedInodes changed(long from) {
        return new ChangedInodes(after.store(), nodes, from);
    }

    /** An inode as a view shows it, if it has a name. */
    private static @Nullable InodeRecord living(@Nullable View view, long ino) {
        byte[] value = view == null ? null : view.value(Item.inode(ino));
        InodeRecord record = value == null ? null : InodeLayout.decode(value);
        return record == null || record.links == 0 ? null : record;
    }

    private static boolean isDirectory(@Nullable InodeRecord record) {
        return record != null && record.isDirectory();
    }

    private static @Nullable Dirent entry(byte @Nullable [] value) {
        Dirent entry = value == null ? null : Dirent.decode(value);
        return entry == null || entry.isHole() || entry.isSubvolume() ? null : entry;
    }

    private static boolean isSame(@Nullable Dirent one, @Nullable Dirent other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return one.target() == other.target()
                && one.type() == other.type()
                && nameOf(one).equals(nameOf(other));
    }

    private static Name nameOf(Dirent entry) {
        Name name = entry.name();
        if (name == null) {
            throw new IllegalStateException("a hole has no name");
        }
        return name;
    }

    private void namesGo(View earlier, long from) {
        ChangedInodes changed = changed(from);
        while (changed.next()) {
            long directory = changed.ino();
            if (!isDirectory(living(earlier, directory))) {
                continue;
            }
            boolean stays = isDirectory(living(after, directory));
            for (Item item : stays ? changed.items(earlier, after) : all(earlier, directory)) {
                Dirent was = item.kind() == Kind.DIRENT ? entry(earlier.value(item)) : null;
                if (was != null && !(stays && isSame(was, entry(after.value(item))))) {
                    out.write(new TransferFrame.Unlink(directory, nameOf(was), was.target()));
                }
            }
        }
    }

    private void namesCome(long from) {
        View earlier = before;
        ChangedInodes changed = changed(from);
        while (changed.next()) {
            long directory = changed.ino();
            if (!isDirectory(living(after, directory))) {
                continue;
            }
            if (earlier != null && isDirectory(living(earlier, directory))) {
                for (Item item : changed.items(earlier, after)) {
                    nameComes(directory, item, earlier);
                }
            } else {
                eachEntry(directory);
            }
        }
    }

    private void nameComes(long directory, Item item, View earlier) {
        Dirent is = item.kind() == Kind.DIRENT ? entry(after.value(item)) : null;
        if (is != null && !isSame(entry(earlier.value(item)), is)) {
            out.write(new TransferFrame.Entry(directory, nameOf(is), is.type(), is.target()));
        }
    }

    /** A directory that is new may have any number of entries. */
    private void eachEntry(long directory) {
        try (ViewScan scan = new ViewScan(after, Kind.DIRENT, directory, 0)) {
            while (scan.next()) {
                Dirent is = entry(scan.version().value());
                if (is != null) {
                    out.write(new TransferFrame.Entry(directory, nameOf(is), is.type(), is.target()));
                }
            }
        }
    }

    private static List<Item> all(View view, long directory) {
        List<Item> items = new ArrayList<>();
        try (ViewScan scan = new ViewScan(view, Kind.DIRENT, directory, 0)) {
            while (scan.next()) {
                items.add(scan.item());
            }
        }
        return items;
    }

    private void inodes(long from, long offset) {
        ChangedInodes changed = changed(from);
        while (changed.next()) {
            long ino = changed.ino();
            InodeRecord was = living(before, ino);
            InodeRecord is = living(after, ino);
            long offsetBytes = ino == from ? offset : 0;
            if (is == null) {
                if (was != null) {
                    out.write(new TransferFrame.Remove(ino));
                }
            } else if (was == null || before == null) {
                inode(ino, is, true);
                files.whole(ino, is, offsetBytes);
                finish(ino, is);
            } else {
                if (was.type() != is.type()) {
                    throw new FsException(
                            Errno.EINVAL, "send", "ino %d is another inode in both; send all of it".formatted(ino));
                }
                difference(ino, is, changed.items(before, after), before, offsetBytes);
            }
        }
    }

    private void difference(long ino, InodeRecord is, NavigableSet<Item> items, View earlier, long offset) {
        items.removeIf(item -> Arrays.equals(earlier.value(item), after.value(item)));
        if (items.isEmpty()) {
            return; // the same on both ways
        }
        boolean xattrs = items.stream().anyMatch(item -> item.kind() == Kind.XATTR);
        inode(ino, is, xattrs);
        files.difference(ino, is, ChangedRanges.of(earlier, after, ino, items), offset);
        finish(ino, is);
    }

    private void inode(long ino, InodeRecord is, boolean xattrs) {
        out.write(new TransferFrame.Inode(
                ino,
                is.mode,
                is.uid,
                is.gid,
                is.deviceMajor,
                is.deviceMinor,
                is.is(FileType.REGULAR) ? is.sizeBytes : 0,
                is.birthTime,
                xattrs,
                is.target));
        if (!xattrs) {
            return;
        }
        try (ViewScan scan = new ViewScan(after, Kind.XATTR, ino, 0)) {
            while (scan.next()) {
                Xattr xattr = Xattr.decode(scan.version().value());
                if (!xattr.isHole()) {
                    out.write(new TransferFrame.Xattr(xattr.space(), xattr.name(), xattr.value()));
                }
            }
        }
    }

    private void finish(long ino, InodeRecord is) {
        int flags = is.flags & StatFlags.SETTABLE;
        out.write(new TransferFrame.Finish(ino, flags, is.accessTime, is.modifyTime, is.changeTime));
    }
}
