package dev.ring3.fs.vfs;

import dev.ring3.fs.FsException;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.linux.Errno;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what to an inode: permission bits, ACLs, sticky and set-id bits, as {@code fs/namei.c} and {@code
 * fs/posix_acl.c} of Linux decide. Immutable and append-only files and read-only subvolumes are refused to root as well.
 */
public final class Permissions {
    /** To be added up, as in {@code access(2)}. */
    public static final int READ = 4;

    /** See {@link #READ}. */
    public static final int WRITE = 2;

    /** To run a file, or to search a directory. */
    public static final int EXECUTE = 1;

    static final int SET_UID = 04000;
    static final int SET_GID = 02000;
    static final int STICKY = 01000;
    private static final int GROUP_EXECUTE = 0010;
    private static final int GROUP_ALL = 0070;
    private static final int ANY_EXECUTE = 0111;

    private Permissions() {}

    /** Whether all that is wanted is allowed. */
    public static boolean may(Stat node, Credentials who, int wanted) {
        return allowed(node, who, wanted) || (who.isPrivileged() && overrides(node, wanted));
    }

    /** Refuses with EACCES, or EPERM and EROFS for what nobody may write. */
    static void require(Stat node, Credentials who, int wanted, String operation) {
        if ((wanted & WRITE) != 0) {
            requireWritable(node, operation);
        }
        if (!may(node, who, wanted)) {
            throw refusal(Errno.EACCES, node, who, operation);
        }
    }

    /** Whether somebody may add or rename entries here. */
    static void requireEntries(Stat directory, Credentials who, String operation) {
        require(directory, who, WRITE | EXECUTE, operation);
    }

    /** Whether somebody may take an entry away ({@code may_delete}). */
    static void requireDelete(Stat directory, @Nullable Stat victim, Credentials who, String operation) {
        requireEntries(directory, who, operation);
        if (directory.has(StatFlags.APPEND_ONLY)) {
            throw refusal(Errno.EPERM, directory, who, operation);
        }
        if (victim == null) {
            return;
        }
        boolean sticky = (directory.permissions() & STICKY) != 0
                && who.uid() != victim.uid()
                && who.uid() != directory.uid()
                && !who.isPrivileged();
        if (sticky || victim.has(StatFlags.APPEND_ONLY) || victim.has(StatFlags.IMMUTABLE)) {
            throw refusal(Errno.EPERM, victim, who, operation);
        }
    }

    /** Whether somebody is the owner, or as good. */
    static void requireOwner(Stat node, Credentials who, String operation) {
        if (!isOwner(node, who)) {
            throw refusal(Errno.EPERM, node, who, operation);
        }
    }

    static boolean isOwner(Stat node, Credentials who) {
        return who.uid() == node.uid() || who.isPrivileged();
    }

    /** What nobody may change: EROFS in a read-only subvolume, EPERM for an immutable inode. */
    static void requireWritable(Stat node, String operation) {
        if (node.has(StatFlags.READ_ONLY)) {
            throw new FsException(Errno.EROFS, operation, node.node().toString());
        }
        if (node.has(StatFlags.IMMUTABLE)) {
            throw new FsException(Errno.EPERM, operation, node.node() + " is immutable");
        }
    }

    /** Attributes of an append-only inode are as fixed as those of an immutable one. */
    static void requireChangeable(Stat node, String operation) {
        requireWritable(node, operation);
        if (node.has(StatFlags.APPEND_ONLY)) {
            throw new FsException(Errno.EPERM, operation, node.node() + " is append-only");
        }
    }

    /** Whether a caller may set the set-group-id bit for a group. */
    static boolean mayKeepSetGid(Credentials who, int group) {
        return who.isPrivileged() || who.isMember(group);
    }

    static FsException refusal(Errno errno, Stat node, Credentials who, String operation) {
        return new FsException(
                errno,
                operation,
                "%s (mode %04o, owner %s, group %s) to %s"
                        .formatted(
                                node.node(),
                                node.permissions(),
                                Integer.toUnsignedString(node.uid()),
                                Integer.toUnsignedString(node.gid()),
                                who));
    }

    /** Root reads and writes anything; it runs what somebody may run, and searches every directory. */
    private static boolean overrides(Stat node, int wanted) {
        return node.isDirectory() || (wanted & EXECUTE) == 0 || (node.permissions() & ANY_EXECUTE) != 0;
    }

    private static boolean allowed(Stat node, Credentials who, int wanted) {
        int bits = node.permissions();
        if (who.uid() == node.uid()) {
            return grants(bits >> 6, wanted);
        }
        PosixAcl acl = node.accessAcl();
        // acl_permission_check of fs/namei.c: where the bits, and with them the mask, grant nothing, no entry is looked
        // at.
        if (acl != null && (bits & GROUP_ALL) != 0) {
            return allowed(acl, node.gid(), who, wanted);
        }
        return grants(who.isMember(node.gid()) ? bits >> 3 : bits, wanted);
    }

    /** For anybody but the owner ({@code posix_acl_permission}): named user, then groups of which one must grant all. */
    private static boolean allowed(PosixAcl acl, int owningGroup, Credentials who, int wanted) {
        boolean inGroup = false;
        int mask = acl.permissionsOf(PosixAcl.Tag.MASK) < 0
                ? READ | WRITE | EXECUTE
                : acl.permissionsOf(PosixAcl.Tag.MASK);
        for (PosixAcl.Entry entry : acl.entries()) {
            switch (entry.tag()) {
                case USER -> {
                    if (entry.id() == who.uid()) {
                        return grants(entry.permissions() & mask, wanted);
                    }
                }
                case GROUP, NAMED_GROUP -> {
                    if (who.isMember(entry.tag() == PosixAcl.Tag.GROUP ? owningGroup : entry.id())) {
                        inGroup = true;
                        if (grants(entry.permissions(), wanted)) {
                            return grants(mask, wanted);
                        }
                    }
                }
                case OTHER -> {
                    return !inGroup && grants(entry.permissions(), wanted);
                }
                case OWNER, MASK -> {}
            }
        }
        return false;
    }

    private static boolean grants(int bits, int wanted) {
        return (wanted & ~bits & (READ | WRITE | EXECUTE)) == 0;
    }

    /** Whether a chown, and a write by anybody but root, must take the set-group-id bit away ({@code setattr_should_drop_sgid}). */
    static boolean dropsSetGid(Stat node, Credentials who) {
        return (node.permissions() & SET_GID) != 0
                && ((node.permissions() & GROUP_EXECUTE) != 0 || !mayKeepSetGid(who, node.gid()));
    }
}
