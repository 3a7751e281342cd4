package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a directory.
 *
 * @param name null for a hole: a place where an entry was that others were put behind, so that whoever looks for them
 *     must go on
 * @param chained whether an entry that hashes here was put further on
 * @param target an inode of the directory's subvolume; or, with a parent, a subvolume
 * @param parent 0, or the subvolume that this entry, which stands for a subvolume, was made in: seen from another it is
 *     an empty directory
 * @param link the number of the link, by which the target's {@link Kind#LINK} item finds back
 */
record Dirent(@Nullable Name name, boolean chained, FileType type, long target, long parent, long link) {
    static final Dirent HOLE = new Dirent(null, true, FileType.REGULAR, 0, 0, 0);

    private static final byte VERSION = 1;
    private static final int FLAG_HOLE = 1;
    private static final int FLAG_CHAINED = 2;
    private static final int NAME = 1 + 1 + 1 + 8 + 4 + 8;

    boolean isHole() {
        return name == null;
    }

    boolean isSubvolume() {
        return parent != 0;
    }

    Dirent withChained() {
        return new Dirent(name, true, type, target, parent, link);
    }

    /** The same name for an inode of another type, or by another link. */
    Dirent with(FileType otherType, long otherLink) {
        return new Dirent(name, chained, otherType, target, parent, otherLink);
    }

    /** The value of its key: version, flags, type u8 each, target u64, parent u32, link u64, big-endian; then the name. */
    byte[] encode() {
        byte[] bytes = name == null ? new byte[0] : name.bytes();
        int flags = (name == null ? FLAG_HOLE : 0) | (chained ? FLAG_CHAINED : 0);
        return ByteBuffer.allocate(NAME + bytes.length)
                .put(VERSION)
                .put((byte) flags)
                .put((byte) type.direntType())
                .putLong(target)
                .putInt((int) parent)
                .putLong(link)
                .put(bytes)
                .array();
    }

    static Dirent decode(byte[] value) {
        if (value.length < NAME || value[0] != VERSION) {
            throw new FsException(Errno.EUCLEAN, "read directory", "an entry of " + value.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, value.length - 1);
        int flags = in.get();
        FileType type = FileType.ofMode(in.get() << 12);
        long target = in.getLong();
        long parent = Integer.toUnsignedLong(in.getInt());
        long link = in.getLong();
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        boolean hole = (flags & FLAG_HOLE) != 0;
        return new Dirent(hole ? null : Name.of(bytes), (flags & FLAG_CHAINED) != 0, type, target, parent, link);
    }
}
