package dev.ring3.fs;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An inode to be made. What the directory says is applied inside of the transaction: a default ACL in place of the umask
 * (and inherited by a directory), the group of a set-group-id directory (and the bit itself, by a directory).
 *
 * @param permissions as asked for, before the umask
 * @param umask permission bits to take away where the directory has no default ACL
 * @param keepsSetGid whether the caller may make an executable set-group-id file of this group (it is a member, or
 *     privileged); else the bit goes, as in {@code mode_strip_sgid} of {@code fs/inode.c}
 * @param target of a symbolic link: 1 to 4095 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
public record NewNode(
        FileType type,
        int permissions,
        int umask,
        int uid,
        int gid,
        IntPredicate keepsSetGid,
        int deviceMajor,
        int deviceMinor,
        byte @Nullable [] target) {
    /** Linux's PATH_MAX without the NUL. */
    public static final int TARGET_BYTES_MAX = 4095;

    /** An empty file, directory, fifo or socket. */
    public static NewNode of(FileType type, int permissions, int umask, int uid, int gid) {
        return new NewNode(type, permissions, umask, uid, gid, group -> true, 0, 0, null);
    }

    /** A device node. */
    public static NewNode device(
            FileType type, int permissions, int umask, int uid, int gid, int deviceMajor, int deviceMinor) {
        return new NewNode(type, permissions, umask, uid, gid, group -> true, deviceMajor, deviceMinor, null);
    }

    /** A symbolic link; its permissions are 0777, as Linux has them. */
    public static NewNode symlink(byte[] target, int uid, int gid) {
        return new NewNode(FileType.SYMLINK, 0777, 0, uid, gid, group -> true, 0, 0, target.clone());
    }

    /** The same with another answer for set-group-id. */
    public NewNode withKeepsSetGid(IntPredicate answer) {
        return new NewNode(type, permissions, umask, uid, gid, answer, deviceMajor, deviceMinor, target);
    }
}
