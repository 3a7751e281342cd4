package dev.ring3.fs.vfs;

import dev.ring3.fs.FileTree;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Owner;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.linux.Errno;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operations of a {@link Vfs} on names. */
public sealed class Names permits ObservedNames {
    private static final Name DOT = Name.of(".");

    /** Somebody replaced the inode between its lease and the transaction; the operation begins again. */
    private static final class ReplacedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ReplacedException() {
            super(null, null, false, false);
        }
    }

    private final Vfs vfs;

    Names(Vfs vfs) {
        this.vfs = vfs;
    }

    /**
     * The inode of a name, {@code .} and {@code ..} included; null if there is none. The root's {@code ..} is itself.
     *
     * @param mask {@link StatMask}
     * @throws FsException ENOTDIR; EACCES if the caller may not search the directory
     */
    public @Nullable Stat find(Caller caller, NodeId directory, Name name, int mask) {
        FileTree tree = vfs.tree(directory);
        Stat parent = tree.stat(directory, StatMask.QUIET);
        requireDirectory(parent, "lookup");
        Permissions.require(parent, caller.credentials(), Permissions.EXECUTE, "lookup");
        if (vfs.isHooked(HookPoint.LOOKUP)) {
            vfs.check(Request.ofName(Operation.LOOKUP, caller, directory, name));
        }
        if (name.isDotOrDotDot()) {
            NodeId node = name.equals(DOT) ? directory : parent(directory);
            return vfs.tree(node).stat(node, mask);
        }
        FileTree mounted = vfs.mountedAt(directory, name);
        return mounted == null
                ? tree.findFor(caller.process(), directory, name, mask)
                : mounted.stat(mounted.root(), mask);
    }

    /** As {@link #find}; ENOENT if there is none. */
    public Stat lookup(Caller caller, NodeId directory, Name name, int mask) {
        Stat found = find(caller, directory, name, mask);
        if (found == null) {
            throw new FsException(Errno.ENOENT, "lookup", "\"%s\" in %s".formatted(name, directory));
        }
        return found;
    }

    /** The directory above, over the edges of mounted trees. */
    public NodeId parent(NodeId directory) {
        NodeId above = vfs.directoryOfMount(directory);
        return above != null ? above : vfs.tree(directory).parent(directory);
    }

    /**
     * Makes an inode; it belongs to the caller, whatever owner the shape has.
     *
     * @throws FsException as {@link FileTree#create}; EACCES; EPERM for a device node, but 0:0, if the caller is not root
     */
    public FileTree.Entered create(Caller caller, NodeId directory, Name name, NewNode shape) {
        requireFree(directory, name, "create");
        if (shape.type().isDevice()
                && !isWhiteout(shape)
                && !caller.credentials().isPrivileged()) {
            throw new FsException(Errno.EPERM, "mknod", "\"%s\" in %s".formatted(name, directory));
        }
        Operation operation = operationOf(shape.type());
        if (vfs.isHooked(HookPoint.CREATE)) {
            vfs.check(ofNew(Request.ofName(operation, caller, directory, name), shape));
        }
        return vfs.tree(directory)
                .create(directory, name, owned(shape, caller.credentials()), mayAdd(caller, "create"));
    }

    /** The device that is none, which overlays put in place of what they hide: anybody may ({@code vfs_mknod}). */
    private static boolean isWhiteout(NewNode shape) {
        return shape.type() == FileType.CHARACTER_DEVICE && shape.deviceMajor() == 0 && shape.deviceMinor() == 0;
    }

    /**
     * Gives an inode another name.
     *
     * @throws FsException as {@link FileTree#link}; EACCES; EPERM for an immutable or append-only inode
     */
    public FileTree.Entered link(Caller caller, NodeId node, NodeId directory, Name name) {
        requireFree(directory, name, "link");
        FileTree tree = vfs.tree(node, directory, "link");
        if (vfs.isHooked(HookPoint.CREATE)) {
            vfs.check(Request.ofName(Operation.LINK, caller, directory, name).withNode(node));
        }
        Guard may = mayAdd(caller, "link");
        try (Pass _ = vfs.enter(caller, node, "link")) {
            return tree.link(node, directory, name, (parent, linked) -> {
                may.check(parent, null);
                if (linked != null) {
                    Permissions.requireChangeable(linked, "link");
                }
            });
        }
    }

    /**
     * Takes a name away from anything but a directory.
     *
     * @throws FsException as {@link FileTree#unlink}; EACCES; EPERM by a sticky directory; EBUSY for a mounted tree
     */
    public FileTree.Removed unlink(Caller caller, NodeId directory, Name name) {
        requireRemovable(directory, name, name.isDotOrDotDot() ? Errno.EISDIR : null, "unlink");
        return remove(caller, directory, name, Operation.UNLINK);
    }

    /**
     * Removes an empty directory.
     *
     * @throws FsException as {@link FileTree#rmdir}; EACCES; EPERM by a sticky directory; EINVAL for {@code .}, ENOTEMPTY
     *     for {@code ..}; EBUSY for a mounted tree
     */
    public FileTree.Removed rmdir(Caller caller, NodeId directory, Name name) {
        Errno ofDots = name.isDotOrDotDot() ? (name.equals(DOT) ? Errno.EINVAL : Errno.ENOTEMPTY) : null;
        requireRemovable(directory, name, ofDots, "rmdir");
        return remove(caller, directory, name, Operation.RMDIR);
    }

    private FileTree.Removed remove(Caller caller, NodeId directory, Name name, Operation operation) {
        String what = operation == Operation.RMDIR ? "rmdir" : "unlink";
        if (vfs.isHooked(HookPoint.UNLINK)) {
            requireSearch(caller, directory, what);
            vfs.check(Request.ofName(operation, caller, directory, name).withNode(nodeOf(directory, name)));
        }
        FileTree tree = vfs.tree(directory);
        return untilStable(() -> {
            Stat seen = tree.find(directory, name, StatMask.QUIET);
            Guard guard = (parent, victim) -> {
                requireSame(seen, victim);
                Permissions.requireDelete(parent, victim, caller.credentials(), what);
            };
            try (Pass _ = enter(caller, seen, what)) {
                return operation == Operation.RMDIR
                        ? tree.rmdir(directory, name, guard)
                        : tree.unlink(directory, name, guard);
            }
        });
    }

    /**
     * Gives an inode another name in place of one.
     *
     * @throws FsException as {@link FileTree#rename}; EACCES, EPERM; EBUSY for {@code .}, {@code ..} and mounted trees
     */
    public FileTree.Renamed rename(Caller caller, NodeId from, Name name, NodeId to, Name newName, RenameMode mode) {
        FileTree tree = vfs.tree(from, to, "rename");
        requireRemovable(from, name, name.isDotOrDotDot() ? Errno.EBUSY : null, "rename");
        requireRemovable(to, newName, newName.isDotOrDotDot() ? Errno.EBUSY : null, "rename");
        if (vfs.isHooked(HookPoint.RENAME)) {
            requireSearch(caller, from, "rename");
            requireSearch(caller, to, "rename");
            Operation operation = mode == RenameMode.EXCHANGE ? Operation.EXCHANGE : Operation.RENAME;
            vfs.check(Request.ofName(operation, caller, from, name)
                    .withNode(nodeOf(from, name))
                    .withOther(nodeOf(to, newName))
                    .withOtherName(to, newName)
                    .withFlags(SystemFlags.of(mode)));
        }
        Credentials who = caller.credentials();
        return untilStable(() -> {
            Stat source = tree.find(from, name, StatMask.QUIET);
            Stat target = tree.find(to, newName, StatMask.QUIET);
            // In the order of inodes, so that two renames that wait for leases do not wait for each other.
            boolean sourceFirst =
                    source == null || target == null || source.node().compareTo(target.node()) <= 0;
            try (Pass _ = enter(caller, sourceFirst ? source : target, "rename");
                    Pass _ = enter(caller, sourceFirst ? target : source, "rename")) {
                RenameGuard guard = (fromNow, sourceNow, toNow, targetNow) -> {
                    requireSame(source, sourceNow);
                    requireSame(target, targetNow);
                    requireRename(who, fromNow, sourceNow, toNow, targetNow, mode);
                };
                return tree.rename(from, name, to, newName, mode, guard.by(new Owner(who.uid(), who.gid())));
            }
        });
    }

    private static void requireRename(
            Credentials who, Stat from, Stat source, Stat to, @Nullable Stat target, RenameMode mode) {
        Permissions.requireDelete(from, source, who, "rename");
        if (target == null) {
            Permissions.requireEntries(to, who, "rename");
        } else {
            Permissions.requireDelete(to, target, who, "rename");
        }
        if (!from.node().equals(to.node())) {
            requireNewParent(source, who);
            if (mode == RenameMode.EXCHANGE && target != null) {
                requireNewParent(target, who);
            }
        }
    }

    /** A directory that moves changes itself: its {@code ..}. */
    private static void requireNewParent(Stat moved, Credentials who) {
        if (moved.isDirectory()) {
            Permissions.require(moved, who, Permissions.WRITE, "rename");
        }
    }

    /** The target of a symbolic link; EINVAL if it is none. */
    public byte[] readlink(Caller caller, NodeId node) {
        vfs.checkNode(Operation.READLINK, caller, node);
        FileTree tree = vfs.tree(node);
        byte[] target = tree.readlink(node);
        tree.touchAccessTime(node);
        return target;
    }

    /** What is made, as programs see it. */
    static Request ofNew(Request request, NewNode shape) {
        byte[] target = shape.target();
        Request described = target == null ? request : request.withTarget(target);
        return described.withMode(shape.type().modeBits() | shape.permissions());
    }

    private @Nullable NodeId nodeOf(NodeId directory, Name name) {
        Stat found = vfs.tree(directory).find(directory, name, StatMask.QUIET);
        return found == null ? null : found.node();
    }

    /** The shape with its owner. */
    static NewNode owned(NewNode shape, Credentials who) {
        return new NewNode(
                shape.type(),
                shape.permissions(),
                shape.umask(),
                who.uid(),
                who.gid(),
                group -> Permissions.mayKeepSetGid(who, group),
                shape.deviceMajor(),
                shape.deviceMinor(),
                shape.target());
    }

    static Guard mayAdd(Caller caller, String operation) {
        return (directory, _) -> Permissions.requireEntries(directory, caller.credentials(), operation);
    }

    private static Operation operationOf(FileType type) {
        return switch (type) {
            case REGULAR -> Operation.CREATE;
            case DIRECTORY -> Operation.MKDIR;
            case SYMLINK -> Operation.SYMLINK;
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> Operation.MKNOD;
        };
    }

    static void requireDirectory(Stat node, String operation) {
        if (!node.isDirectory()) {
            throw new FsException(Errno.ENOTDIR, operation, node.node().toString());
        }
    }

    /** Programs must not tell who may not even search a directory what is in it. */
    private void requireSearch(Caller caller, NodeId directory, String operation) {
        Stat node = vfs.stat(directory);
        requireDirectory(node, operation);
        Permissions.require(node, caller.credentials(), Permissions.EXECUTE, operation);
    }

    private void requireFree(NodeId directory, Name name, String operation) {
        if (name.isDotOrDotDot() || vfs.mountedAt(directory, name) != null) {
            throw new FsException(Errno.EEXIST, operation, "\"%s\" in %s".formatted(name, directory));
        }
    }

    private void requireRemovable(NodeId directory, Name name, @Nullable Errno ofDots, String operation) {
        Errno errno = ofDots == null && vfs.mountedAt(directory, name) != null ? Errno.EBUSY : ofDots;
        if (errno != null) {
            throw new FsException(errno, operation, "\"%s\" in %s".formatted(name, directory));
        }
    }

    private Pass enter(Caller caller, @Nullable Stat node, String operation) {
        return node == null ? new Pass(vfs.opens(), null) : vfs.enter(caller, node.node(), operation);
    }

    private static void requireSame(@Nullable Stat seen, @Nullable Stat now) {
        boolean same = seen == null ? now == null : now != null && seen.node().equals(now.node());
        if (!same) {
            throw new ReplacedException();
        }
    }

    private static <T> T untilStable(Supplier<T> operation) {
        while (true) {
            try {
                return operation.get();
            } catch (ReplacedException _) {
                // Progress is somebody else's: the name was given to another inode meanwhile.
                Thread.onSpinWait();
            }
        }
    }
}
