package dev.ring3.fs.volume;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Extended attributes of inodes, ACLs among them. Callers hold the inode's lock. */
final class Xattrs {
    /** The two lists an inode may have. */
    enum AclKind {
        ACCESS("access", InodeRecord.HAS_ACL),
        DEFAULT("default", InodeRecord.HAS_DEFAULT_ACL);

        private final String stored;
        private final int flag;

        AclKind(String stored, int flag) {
            this.stored = stored;
            this.flag = flag;
        }

        boolean isStoredAs(byte[] name) {
            return Arrays.equals(name, storedName());
        }

        private byte[] storedName() {
            return stored.getBytes(UTF_8);
        }
    }

    private static final int PROBES_MAX = 64;

    private final ToLongFunction<byte[]> hash;

    Xattrs(ToLongFunction<byte[]> hash) {
        this.hash = hash;
    }

    private record Place(
            Item item, @Nullable Xattr xattr, @Nullable Version version) {}

    private Place locate(View view, long ino, InodeRecord inode, int space, byte[] name) {
        Place free = null;
        long position = hash.applyAsLong(name) + space;
        for (int probe = 0; probe < PROBES_MAX; probe++, position++) {
            Item item = new Item(Kind.XATTR, ino, position);
            Version version = inode.bornIn == view.node() ? view.findOwn(item) : view.find(item);
            if (version == null || version.isWhiteout()) {
                return free != null ? free : new Place(item, null, version);
            }
            Xattr xattr = Xattr.decode(version.value());
            if (xattr.isNamed(space, name)) {
                return new Place(item, xattr, version);
            }
            if (xattr.isHole() && free == null) {
                free = new Place(item, null, version);
            }
        }
        throw new FsException(Errno.ENOSPC, "set xattr", "too many names share a hash");
    }

    private byte @Nullable [] get(View view, long ino, InodeRecord inode, int space, byte[] name) {
        Xattr found = locate(view, ino, inode, space, name).xattr;
        return found == null ? null : found.value();
    }

    private void put(Transaction change, long ino, InodeRecord inode, int space, byte[] name, byte[] value) {
        Place place = locate(change.view(), ino, inode, space, name);
        change.put(place.item, new Xattr(space, name, value).encode(), place.version, inode);
    }

    /** False if it is not there. A hole stays if something is behind it. */
    private boolean remove(Transaction change, long ino, InodeRecord inode, int space, byte[] name) {
        Place place = locate(change.view(), ino, inode, space, name);
        Version version = place.version;
        if (place.xattr == null || version == null) {
            return false;
        }
        Item next = new Item(Kind.XATTR, ino, place.item.position() + 1);
        Version behind = change.view().find(next);
        if (behind != null && !behind.isWhiteout()) {
            change.put(place.item, Xattr.HOLE.encode(), version, inode);
        } else {
            change.remove(place.item, version, inode);
        }
        return true;
    }

    byte @Nullable [] get(View view, long ino, InodeRecord inode, XattrName name) {
        return inode.has(InodeRecord.HAS_XATTRS)
                ? get(view, ino, inode, name.namespace().ordinal(), name.name().bytes())
                : null;
    }

    void set(Transaction change, long ino, InodeRecord inode, XattrName name, byte[] value, XattrMode mode) {
        if (value.length > XattrName.VALUE_BYTES_MAX) {
            throw new FsException(Errno.E2BIG, "set xattr", name + " of " + value.length + " bytes");
        }
        byte[] bytes = name.name().bytes();
        boolean there = get(change.view(), ino, inode, name) != null;
        if (there && mode == XattrMode.CREATE) {
            throw new FsException(Errno.EEXIST, "set xattr", name.toString());
        }
        if (!there && mode == XattrMode.REPLACE) {
            throw new FsException(Errno.ENODATA, "set xattr", name.toString());
        }
        if (!there) {
            inode.xattrBytes += listBytes(name);
            if (inode.xattrBytes > XattrName.LIST_BYTES_MAX) {
                throw new FsException(Errno.ENOSPC, "set xattr", name + ": too many names");
            }
            inode.setFlag(InodeRecord.HAS_XATTRS, true);
        }
        put(change, ino, inode, name.namespace().ordinal(), bytes, value);
    }

    void remove(Transaction change, long ino, InodeRecord inode, XattrName name) {
        if (!inode.has(InodeRecord.HAS_XATTRS)
                || !remove(
                        change,
                        ino,
                        inode,
                        name.namespace().ordinal(),
                        name.name().bytes())) {
            throw new FsException(Errno.ENODATA, "remove xattr", name.toString());
        }
        inode.xattrBytes -= listBytes(name);
        inode.setFlag(InodeRecord.HAS_XATTRS, inode.xattrBytes > 0);
    }

    /** What a name takes in a list: its prefix, itself and a NUL. */
    private static int listBytes(XattrName name) {
        return name.namespace().prefix().length() + name.name().length() + 1;
    }

    List<XattrName> list(View view, long ino, InodeRecord inode) {
        if (!inode.has(InodeRecord.HAS_XATTRS)) {
            return List.of();
        }
        List<XattrName> names = new ArrayList<>();
        try (ViewScan scan = new ViewScan(view, Kind.XATTR, ino, 0)) {
            while (scan.next()) {
                Xattr xattr = Xattr.decode(scan.version().value());
                if (xattr.space() < XattrName.Namespace.values().length) {
                    names.add(new XattrName(XattrName.Namespace.values()[xattr.space()], Name.of(xattr.name())));
                }
            }
        }
        return names.stream().sorted().toList();
    }

    @Nullable
    PosixAcl acl(View view, long ino, InodeRecord inode, AclKind which) {
        byte[] value = inode.has(which.flag) ? get(view, ino, inode, Xattr.ACL, which.storedName()) : null;
        return value == null ? null : PosixAcl.decode(value);
    }

    void putAcl(Transaction change, long ino, InodeRecord inode, AclKind which, PosixAcl acl) {
        put(change, ino, inode, Xattr.ACL, which.storedName(), acl.encode());
        inode.setFlag(which.flag, true);
        if (which == AclKind.ACCESS) {
            inode.accessAcl = acl;
        }
    }

    void removeAcl(Transaction change, long ino, InodeRecord inode, AclKind which) {
        if (inode.has(which.flag)) {
            remove(change, ino, inode, Xattr.ACL, which.storedName());
            inode.setFlag(which.flag, false);
            if (which == AclKind.ACCESS) {
                inode.accessAcl = null;
            }
        }
    }

    /** Takes all of an inode's attributes out, because it goes. */
    void dropAll(Transaction change, long ino, InodeRecord inode) {
        if (!inode.has(InodeRecord.HAS_XATTRS) && !inode.has(InodeRecord.HAS_ACL | InodeRecord.HAS_DEFAULT_ACL)) {
            return;
        }
        dropItems(change, Kind.XATTR, ino, inode);
    }

    /** Takes all items of a kind out that an inode has. */
    static void dropItems(Transaction change, Kind kind, long ino, InodeRecord inode) {
        try (ViewScan scan = new ViewScan(change.view(), kind, ino, 0)) {
            while (scan.next()) {
                change.remove(scan.item(), scan.version(), inode);
            }
        }
    }
}
