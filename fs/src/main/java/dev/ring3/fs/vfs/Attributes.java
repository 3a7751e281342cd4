package dev.ring3.fs.vfs;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations of a {@link Vfs} on attributes. */
public sealed class Attributes permits ObservedAttributes {
    /** What only root changes. */
    private static final int PROTECTING_FLAGS = StatFlags.IMMUTABLE | StatFlags.APPEND_ONLY;

    private final Vfs vfs;

    Attributes(Vfs vfs) {
        this.vfs = vfs;
    }

    /**
     * The state of an inode; who got to it may see it.
     *
     * @param mask {@link StatMask}
     */
    public Stat stat(NodeId node, int mask) {
        return vfs.tree(node).stat(node, mask);
    }

    /** The same for a caller who wants to see it, and not in answer to an operation that programs were asked about. */
    public Stat stat(Caller caller, NodeId node, int mask) {
        vfs.checkNode(Operation.STAT, caller, node);
        return stat(node, mask);
    }

    /** Whether a caller may do all of this ({@link Permissions#READ} and so on), as {@code access(2)} asks. */
    public boolean may(Caller caller, NodeId node, int wanted) {
        Stat stat = vfs.stat(node);
        boolean fixed =
                (wanted & Permissions.WRITE) != 0 && (stat.has(StatFlags.READ_ONLY) || stat.has(StatFlags.IMMUTABLE));
        return !fixed && Permissions.may(stat, caller.credentials(), wanted);
    }

    /** Space, as the inode's subvolume has it. */
    public VolumeSpace space(NodeId node) {
        return vfs.tree(node).space(node);
    }

    /** A name for the inode that lasts; see {@link FileTree#handle}. */
    public byte[] handle(NodeId node) {
        return vfs.tree(node).handle(node);
    }

    /** The inode of a handle of the volume; ESTALE. */
    public NodeId nodeOf(byte[] handle) {
        return vfs.tree(vfs.root()).nodeOf(handle);
    }

    /**
     * Sets attributes, all or none. Set-id bits go as Linux lets them go: at chown, and at a truncation by anybody but
     * root; a caller outside the group does not get to set set-group-id.
     *
     * @param through the open file that a truncation comes through, which needs no permission then; or null
     * @return the state afterwards
     * @throws FsException EPERM, EACCES; EISDIR, EINVAL for the size of what is no file; EFBIG
     */
    public Stat set(Caller caller, NodeId node, AttrChange change, @Nullable OpenFile through) {
        FileTree tree = vfs.tree(node);
        Operation operation = change.sizeBytes() != null ? Operation.TRUNCATE : Operation.SETATTR;
        checkChange(operation, caller, node, change, through);
        Credentials who = caller.credentials();
        try (Pass _ = vfs.enter(caller, node, "setattr")) {
            Stat seen = tree.stat(node, StatMask.QUIET);
            return tree.setAttributes(node, adjusted(seen, change, who), (now, _) -> {
                require(now, change, who, through);
            });
        }
    }

    private void checkChange(
            Operation operation, Caller caller, NodeId node, AttrChange change, @Nullable OpenFile through) {
        if (!vfs.isHooked(operation.point())) {
            return;
        }
        Request request = through == null || !through.node().equals(node)
                ? Request.ofNode(operation, caller, node)
                : Request.ofFile(operation, caller, through, 0, 0);
        if (change.sizeBytes() != null) {
            request.withLength(change.sizeBytes()).withSize(vfs.stat(node).sizeBytes());
        }
        vfs.check(request.withChange(change).withMode(change.permissions() == null ? 0 : change.permissions()));
    }

    private static void require(Stat node, AttrChange change, Credentials who, @Nullable OpenFile through) {
        requireNotFixed(node, change);
        if (change.permissions() != null) {
            if (node.type() == FileType.SYMLINK) {
                throw new FsException(Errno.EOPNOTSUPP, "chmod", node.node() + " is a symbolic link");
            }
            Permissions.requireOwner(node, who, "chmod");
        }
        requireChown(node, change, who);
        requireTruncate(node, change, who, through);
        requireTimes(node, change, who);
        if (change.flags() != null) {
            Permissions.requireOwner(node, who, "set flags");
            if (((node.flags() ^ change.flags()) & PROTECTING_FLAGS) != 0 && !who.isPrivileged()) {
                throw Permissions.refusal(Errno.EPERM, node, who, "set flags");
            }
        }
    }

    /** Flags can be taken away from an immutable inode, and an append-only one can be touched. */
    private static void requireNotFixed(Stat node, AttrChange change) {
        if (node.has(StatFlags.READ_ONLY)) {
            throw new FsException(Errno.EROFS, "setattr", node.node().toString());
        }
        if (isTouch(change)) {
            Permissions.requireWritable(node, "setattr");
        } else if (change.flags() == null || !change.equals(AttrChange.NONE.withFlags(change.flags()))) {
            Permissions.requireChangeable(node, "setattr");
        }
    }

    private static boolean isTouch(AttrChange change) {
        return change.accessTime() instanceof AttrChange.Now
                && change.modifyTime() instanceof AttrChange.Now
                && change.equals(AttrChange.NONE.withTimes(change.accessTime(), change.modifyTime()));
    }

    private static void requireChown(Stat node, AttrChange change, Credentials who) {
        if (who.isPrivileged()) {
            return;
        }
        Integer uid = change.uid();
        Integer gid = change.gid();
        boolean owner = who.uid() == node.uid();
        boolean uidStays = uid == null || (owner && uid == node.uid());
        boolean gidMay = gid == null || (owner && (gid == node.gid() || who.isMember(gid)));
        if (!uidStays || !gidMay) {
            throw Permissions.refusal(Errno.EPERM, node, who, "chown");
        }
    }

    private static void requireTruncate(Stat node, AttrChange change, Credentials who, @Nullable OpenFile through) {
        if (change.sizeBytes() == null) {
            return;
        }
        if (node.type() != FileType.REGULAR) {
            throw new FsException(
                    node.isDirectory() ? Errno.EISDIR : Errno.EINVAL,
                    "truncate",
                    node.node().toString());
        }
        if (change.sizeBytes() < 0) {
            throw new FsException(Errno.EINVAL, "truncate", node.node() + " to " + change.sizeBytes() + " bytes");
        }
        if (through == null || !through.node().equals(node.node())) {
            Permissions.require(node, who, Permissions.WRITE, "truncate");
        } else if (!through.mayWrite()) {
            throw new FsException(Errno.EINVAL, "truncate", node.node() + " is not open for writing");
        }
    }

    /** The owner sets any time; who may write sets the present one. */
    private static void requireTimes(Stat node, AttrChange change, Credentials who) {
        boolean given = change.accessTime() instanceof AttrChange.At || change.modifyTime() instanceof AttrChange.At;
        boolean both = change.accessTime() != null && change.modifyTime() != null;
        boolean any = change.accessTime() != null || change.modifyTime() != null;
        if (!any || Permissions.isOwner(node, who)) {
            return;
        }
        if (given || (!both && change.sizeBytes() == null)) {
            throw Permissions.refusal(Errno.EPERM, node, who, "set times");
        }
        Permissions.require(node, who, Permissions.WRITE, "set times");
    }

    /** What the change takes along: set-id bits that go. */
    private static AttrChange adjusted(Stat node, AttrChange change, Credentials who) {
        AttrChange adjusted = change;
        Integer permissions = change.permissions();
        boolean chown = change.uid() != null || change.gid() != null;
        if (permissions != null) {
            int group = change.gid() == null ? node.gid() : change.gid();
            if ((permissions & Permissions.SET_GID) != 0 && !Permissions.mayKeepSetGid(who, group)) {
                adjusted = adjusted.withPermissions(permissions & ~Permissions.SET_GID);
            }
        } else if (chown && !node.isDirectory()) {
            int keeps = node.permissions() & ~Permissions.SET_UID;
            keeps = Permissions.dropsSetGid(node, who) ? keeps & ~Permissions.SET_GID : keeps;
            if (keeps != node.permissions()) {
                adjusted = adjusted.withPermissions(keeps);
            }
        }
        if (change.sizeBytes() != null && !who.isPrivileged()) {
            if (adjusted.permissions() == null && Permissions.dropsSetGid(node, who)) {
                adjusted = adjusted.withPermissions(node.permissions() & ~Permissions.SET_GID);
            }
            adjusted = adjusted.withClearSetId();
        }
        return adjusted;
    }

    /**
     * The value of an extended attribute; null if there is none, or the caller may not know. Those of {@code user.ring3.}
     * are not stored and not listed: see {@link VirtualXattrs}.
     *
     * @throws FsException EACCES if a {@code user.} one may not be read; EPERM for one on what is no file or directory
     */
    public byte @Nullable [] xattr(Caller caller, NodeId node, XattrName name) {
        checkXattr(Operation.GETXATTR, caller, node, name);
        Stat stat = vfs.stat(node);
        switch (name.namespace()) {
            case USER -> {
                if (!holdsUserXattrs(stat)) {
                    return null;
                }
                Permissions.require(stat, caller.credentials(), Permissions.READ, "getxattr");
            }
            case TRUSTED -> {
                if (!caller.credentials().isPrivileged()) {
                    return null;
                }
            }
            case SECURITY -> {}
        }
        FileTree tree = vfs.tree(node);
        return VirtualXattrs.isReserved(name)
                ? VirtualXattrs.value(name, tree.stat(node, StatMask.ALL))
                : tree.xattr(node, name);
    }

    /** The names of the extended attributes that the caller may know of. */
    public List<XattrName> xattrs(Caller caller, NodeId node) {
        vfs.checkNode(Operation.LISTXATTR, caller, node);
        boolean all = caller.credentials().isPrivileged();
        return vfs.tree(node).xattrs(node).stream()
                .filter(name -> all || name.namespace() != XattrName.Namespace.TRUSTED)
                .toList();
    }

    private void checkXattr(Operation operation, Caller caller, NodeId node, XattrName name) {
        if (vfs.isHooked(operation.point())) {
            vfs.check(Request.ofNode(operation, caller, node).withName(Name.of(name.toString())));
        }
    }

    /** Sets an extended attribute; EACCES, EPERM, and as {@link FileTree#setXattr}. */
    public void setXattr(Caller caller, NodeId node, XattrName name, byte[] value, XattrMode mode) {
        VirtualXattrs.requireStored(name, "setxattr");
        if (vfs.isHooked(HookPoint.SETATTR)) {
            vfs.check(Request.ofNode(Operation.SETXATTR, caller, node)
                    .withName(Name.of(name.toString()))
                    .withLength(value.length)
                    .withFlags(SystemFlags.of(mode)));
        }
        try (Pass _ = vfs.enter(caller, node, "setxattr")) {
            vfs.tree(node).setXattr(node, name, value, mode, maySetXattr(caller, name, "setxattr"));
        }
    }

    /** Removes an extended attribute; EACCES, EPERM, ENODATA. */
    public void removeXattr(Caller caller, NodeId node, XattrName name) {
        VirtualXattrs.requireStored(name, "removexattr");
        checkXattr(Operation.REMOVEXATTR, caller, node, name);
        try (Pass _ = vfs.enter(caller, node, "removexattr")) {
            vfs.tree(node).removeXattr(node, name, maySetXattr(caller, name, "removexattr"));
        }
    }

    /** Who may change which attribute ({@code xattr_permission} of {@code fs/xattr.c}). */
    private static Guard maySetXattr(Caller caller, XattrName name, String operation) {
        Credentials who = caller.credentials();
        return (node, _) -> {
            Permissions.requireChangeable(node, operation);
            boolean allowed = switch (name.namespace()) {
                case USER ->
                    holdsUserXattrs(node)
                            && (!node.isDirectory()
                                    || (node.permissions() & Permissions.STICKY) == 0
                                    || Permissions.isOwner(node, who));
                case TRUSTED, SECURITY -> who.isPrivileged();
            };
            if (!allowed) {
                throw Permissions.refusal(Errno.EPERM, node, who, operation);
            }
            if (name.namespace() == XattrName.Namespace.USER) {
                Permissions.require(node, who, Permissions.WRITE, operation);
            }
        };
    }

    /** Anybody could fill a disk through world-writable devices otherwise. */
    private static boolean holdsUserXattrs(Stat node) {
        return node.type() == FileType.REGULAR || node.isDirectory();
    }

    /** The access ACL; null where the permission bits say it all. */
    public @Nullable PosixAcl accessAcl(Caller caller, NodeId node) {
        vfs.checkNode(Operation.GETXATTR, caller, node);
        return vfs.tree(node).accessAcl(node);
    }

    /** The default ACL of a directory; null where there is none. */
    public @Nullable PosixAcl defaultAcl(Caller caller, NodeId node) {
        vfs.checkNode(Operation.GETXATTR, caller, node);
        return vfs.tree(node).defaultAcl(node);
    }

    /** Sets the access ACL and with it the permission bits, or takes it away; only the owner and root. */
    public void setAccessAcl(Caller caller, NodeId node, @Nullable PosixAcl acl) {
        vfs.checkNode(Operation.SETACL, caller, node);
        try (Pass _ = vfs.enter(caller, node, "set acl")) {
            boolean clearSetGid = acl != null
                    && !Permissions.mayKeepSetGid(
                            caller.credentials(), vfs.stat(node).gid());
            vfs.tree(node).setAccessAcl(node, acl, clearSetGid, maySetAcl(caller));
        }
    }

    /** Sets a directory's default ACL; only the owner and root. */
    public void setDefaultAcl(Caller caller, NodeId node, @Nullable PosixAcl acl) {
        vfs.checkNode(Operation.SETACL, caller, node);
        try (Pass _ = vfs.enter(caller, node, "set acl")) {
            vfs.tree(node).setDefaultAcl(node, acl, maySetAcl(caller));
        }
    }

    private static Guard maySetAcl(Caller caller) {
        return (node, _) -> {
            Permissions.requireChangeable(node, "set acl");
            Permissions.requireOwner(node, caller.credentials(), "set acl");
        };
    }
}
