package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.PosixAcl;
import dev.ring3.linux.Errno;

/** What a new inode takes from its directory. */
final class NewInodes {
    private static final int SET_GID = 02000;
    private static final int GROUP_EXECUTE = 0010;

    private final Xattrs xattrs;

    NewInodes(Xattrs xattrs) {
        this.xattrs = xattrs;
    }

    /** The record of a new inode, with its ACLs; links and place are the caller's. */
    InodeRecord create(Transaction change, LiveInode live, NewNode node, LiveInode above, InodeRecord directory) {
        requireValid(node);
        int permissions = node.permissions() & 07777;
        InodeRecord inode = change.create(live, node.type().modeBits());
        inode.uid = node.uid();
        boolean inheritsGroup = (directory.mode & SET_GID) != 0;
        inode.gid = inheritsGroup ? directory.gid : node.gid();
        PosixAcl inherited = node.type() == FileType.SYMLINK || !directory.has(InodeRecord.HAS_DEFAULT_ACL)
                ? null
                : xattrs.acl(change.view(), above.id.ino().value(), directory, Xattrs.AclKind.DEFAULT);
        if (inherited == null) {
            permissions &= ~node.umask();
        } else {
            PosixAcl access = inherited.forNewNode(permissions);
            permissions = (permissions & ~0777) | access.mode();
            if (!access.isMinimal()) {
                xattrs.putAcl(change, live.id.ino().value(), inode, Xattrs.AclKind.ACCESS, access);
            }
            if (node.type() == FileType.DIRECTORY) {
                xattrs.putAcl(change, live.id.ino().value(), inode, Xattrs.AclKind.DEFAULT, inherited);
            }
        }
        if (inheritsGroup && node.type() == FileType.DIRECTORY) {
            permissions |= SET_GID;
        } else if ((permissions & (SET_GID | GROUP_EXECUTE)) == (SET_GID | GROUP_EXECUTE)
                && node.type() != FileType.DIRECTORY
                && !node.keepsSetGid().test(inode.gid)) {
            permissions &= ~SET_GID;
        }
        inode.mode = node.type().modeBits() | permissions;
        if (node.type().isDevice()) {
            inode.deviceMajor = node.deviceMajor();
            inode.deviceMinor = node.deviceMinor();
        }
        byte[] target = node.target();
        if (target != null) {
            inode.target = target.clone();
            inode.sizeBytes = target.length;
        }
        return inode;
    }

    private static void requireValid(NewNode node) {
        byte[] target = node.target();
        if ((node.type() == FileType.SYMLINK) != (target != null)) {
            throw new FsException(Errno.EINVAL, "create", node.type() + " with or without a target");
        }
        if (target != null && target.length == 0) {
            throw new FsException(Errno.ENOENT, "symlink", "an empty target");
        }
        if (target != null && target.length > NewNode.TARGET_BYTES_MAX) {
            throw new FsException(Errno.ENAMETOOLONG, "symlink", "a target of " + target.length + " bytes");
        }
    }

    /** The root of a new subvolume: the directory's default ACL is not for it, its group and umask are. */
    static InodeRecord root(Transaction change, VolumeCore core, NewNode node, InodeRecord directory, long bornIn) {
        InodeRecord inode = new InodeRecord(FileType.DIRECTORY.modeBits(), change.now());
        boolean inheritsGroup = (directory.mode & SET_GID) != 0;
        inode.mode |= (node.permissions() & 07777 & ~node.umask()) | (inheritsGroup ? SET_GID : 0);
        inode.uid = node.uid();
        inode.gid = inheritsGroup ? directory.gid : node.gid();
        inode.links = 2;
        inode.bornIn = bornIn;
        inode.change = core.nextChange();
        return inode;
    }
}
