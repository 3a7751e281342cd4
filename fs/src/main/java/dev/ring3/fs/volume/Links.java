package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the names of an inode are, so that paths are found from numbers. The inode's own record has the place of link 0,
 * which is all that most inodes have; of each further one there is an item.
 */
final class Links {
    private static final byte VERSION = 1;
    private static final int BYTES = 17;

    /** Where a name is. */
    record Place(long directory, long cookie) {
        /** The value of its key: version u8, directory, cookie u64, big-endian. */
        byte[] encode() {
            return ByteBuffer.allocate(BYTES)
                    .put(VERSION)
                    .putLong(directory)
                    .putLong(cookie)
                    .array();
        }

        static Place decode(byte[] value) {
            if (value.length != BYTES || value[0] != VERSION) {
                throw new FsException(Errno.EUCLEAN, "read link", "a record of " + value.length + " bytes");
            }
            ByteBuffer in = ByteBuffer.wrap(value, 1, BYTES - 1);
            return new Place(in.getLong(), in.getLong());
        }
    }

    private Links() {}

    private static Item item(long ino, long link) {
        return new Item(Kind.LINK, ino, link);
    }

    private static @Nullable Version find(Transaction change, InodeRecord inode, Item item) {
        return change.isBornHere(inode)
                ? change.view().findOwn(item)
                : change.view().find(item);
    }

    /** A further name. */
    static void add(Transaction change, long ino, InodeRecord inode, long link, long directory, long cookie) {
        change.put(item(ino, link), new Place(directory, cookie).encode(), null, inode);
    }

    /** The name of this link has moved. */
    static void move(Transaction change, long ino, InodeRecord inode, long link, long directory, long cookie) {
        if (link == 0) {
            inode.parent = directory;
            inode.parentCookie = cookie;
        } else {
            Item item = item(ino, link);
            change.put(item, new Place(directory, cookie).encode(), find(change, inode, item), inode);
        }
    }

    /** The name of this link is gone. */
    static void remove(Transaction change, long ino, InodeRecord inode, long link) {
        if (link == 0) {
            inode.parent = 0;
            inode.parentCookie = 0;
        } else {
            Item item = item(ino, link);
            Version version = find(change, inode, item);
            if (version == null || version.isWhiteout()) {
                throw new FsException(Errno.EUCLEAN, "unlink", "link %d of ino %d".formatted(link, ino));
            }
            change.remove(item, version, inode);
        }
    }

    /** Where one of the names is; null if there is none. */
    static @Nullable Place any(View view, long ino, InodeRecord inode) {
        if (inode.parent != 0) {
            return new Place(inode.parent, inode.parentCookie);
        }
        try (ViewScan scan = new ViewScan(view, Kind.LINK, ino, 0)) {
            return scan.next() ? Place.decode(scan.version().value()) : null;
        }
    }
}
