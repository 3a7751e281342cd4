package dev.ring3.pidfs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.ExitListener;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.WriteResult;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import dev.ring3.linux.Feature;
import dev.ring3.linux.Features;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The processes of this machine as a tree of files; the package comment has its layout and its rules. To be mounted in a
 * namespace ({@link dev.ring3.fs.vfs.Vfs#mount}) under its own subvolume number, {@link dev.ring3.fs.vfs.Vfs#FIRST_MOUNTED}.
 *
 * <p>Nothing can be made, renamed or removed in it: EROFS. Has no handles that outlive a restart: EOPNOTSUPP.
 */
public final class PidFs implements FileTree, AutoCloseable {
    private static final int BLOCK_BYTES = 4096;

    private final EventLog events = new EventLog();
    private final Tasks tasks = new Tasks(events);
    private final Entries entries = new Entries(tasks);
    private final TaskXattrs xattrs = new TaskXattrs(tasks);
    private final boolean hidesOthers = HostProc.hidesOthers();
    private final Instant mounted = Instant.now();

    private PidFs() {}

    /**
     * The processes that this process sees.
     *
     * @throws UnsupportedHostException before Linux 6.9, where processes have no inodes of their own
     */
    public static PidFs open() {
        Features.require(Feature.PIDFS);
        return new PidFs();
    }

    /** Tells of the end of every process of which somebody has a file open, until what is returned is closed. */
    public AutoCloseable onExit(ExitListener listener) {
        tasks.add(listener);
        return () -> tasks.remove(listener);
    }

    /** Lets go of all processes. What is still open gives errors. */
    @Override
    public void close() {
        tasks.close();
    }

    @Override
    public NodeId root() {
        return Inode.ROOT.node();
    }

    @Override
    public boolean isVolatile() {
        return true;
    }

    @Override
    public Stat stat(NodeId node, int mask) {
        Inode inode = Inode.of(node);
        return inode.kind().isOfTask() ? tasks.with(inode, task -> stat(inode, task, mask)) : stat(inode, null, mask);
    }

    private Stat stat(Inode inode, @Nullable Task task, int mask) {
        Kind kind = inode.kind();
        int permissions = kind.permissions();
        int owner = 0;
        int group = 0;
        Instant time = mounted;
        if (task != null) {
            boolean signals = kind.content() == Kind.SIGNAL;
            owner = signals ? task.user() : task.owner();
            group = signals ? task.group() : task.ownerGroup();
            time = task.start();
            boolean isFolder = kind == Kind.PROCESS || kind == Kind.THREAD;
            permissions = isFolder && hidesOthers ? 0500 : permissions;
        }
        return new Stat(
                inode.node(),
                mask & (StatMask.BASIC | StatMask.BTIME | StatMask.SUBVOLUME),
                kind.type().modeBits() | permissions,
                1,
                owner,
                group,
                size(inode, task),
                0,
                time,
                time,
                time,
                time,
                0,
                0,
                0,
                0,
                0,
                0,
                null);
    }

    /** Of what has none before it ends, 0; of a process that is gone too. */
    private long size(Inode inode, @Nullable Task task) {
        if (inode.kind().type() == FileType.SYMLINK) {
            return target(inode).length();
        }
        if (task == null || inode.kind().type() != FileType.REGULAR) {
            return 0;
        }
        try {
            return TaskText.of(inode.kind(), task, tasks.boot()).length;
        } catch (FsException e) {
            return 0;
        }
    }

    @Override
    public @Nullable Stat find(NodeId directory, Name name, int mask) {
        return findFor(0, directory, name, mask);
    }

    @Override
    public @Nullable Stat findFor(int process, NodeId directory, Name name, int mask) {
        Inode parent = Inode.of(directory);
        parent.kind().requireDirectory("lookup");
        Inode found = entries.find(parent, name, process);
        try {
            return found == null ? null : stat(found.node(), mask);
        } catch (FsException e) {
            if (e.errno() == Errno.ESTALE) {
                return null; // it ended between the two
            }
            throw e;
        }
    }

    @Override
    public NodeId parent(NodeId directory) {
        Inode inode = Inode.of(directory);
        inode.kind().requireDirectory("lookup");
        return entries.parent(inode).node();
    }

    @Override
    public void readDirectory(NodeId directory, long after, DirectorySink sink) {
        Inode inode = Inode.of(directory);
        inode.kind().requireDirectory("readdir");
        entries.list(inode, after, sink);
    }

    @Override
    public byte[] readlink(NodeId node) {
        Inode inode = Inode.of(node);
        if (inode.kind().type() != FileType.SYMLINK) {
            throw new FsException(Errno.EINVAL, "readlink", node.toString());
        }
        return target(inode).getBytes(US_ASCII);
    }

    private static String target(Inode link) {
        return switch (link.kind()) {
            case SELF -> "by-id/" + link.number();
            case PID_LINK -> "../by-id/" + link.number();
            case MEMBER_LINK -> "../../by-id/" + link.number();
            default -> "%s:[%d]".formatted(link.kind().fileName().replace("_for_children", ""), link.number());
        };
    }

    @Override
    public OpenNode open(NodeId node) {
        return new PidNode(Inode.of(node), tasks, events);
    }

    /** Does not keep a process: else whoever lists processes would keep all of them. */
    @Override
    public OpenNode know(NodeId node) {
        return new KnownNode(node);
    }

    private record KnownNode(NodeId node) implements OpenNode {
        @Override
        public void close() {}
    }

    @Override
    public long read(OpenNode file, long offsetBytes, MemorySegment into) {
        return opened(file).read(offsetBytes, into);
    }

    @Override
    public WriteResult write(OpenNode file, long offsetBytes, MemorySegment from, WriteOptions options) {
        PidNode node = opened(file);
        if (node.inode().kind().content() != Kind.SIGNAL) {
            throw new FsException(Errno.EPERM, "write", node.inode().kind().fileName());
        }
        SignalText wanted = SignalText.parse(from);
        try {
            node.requireSameUser().pidfd().signal(wanted.signal(), wanted.scope());
        } catch (LinuxException e) {
            throw HostProc.failure("signal", e);
        }
        return new WriteResult(offsetBytes, from.byteSize(), 0);
    }

    private static PidNode opened(OpenNode file) {
        if (file instanceof PidNode node) {
            return node;
        }
        throw new FsException(Errno.EBADF, "read", file.node() + " is not open");
    }

    @Override
    public Stat setAttributes(NodeId node, AttrChange change, Guard guard) {
        Stat now = stat(node, StatMask.QUIET);
        guard.check(now, null);
        Long size = change.sizeBytes();
        boolean empties = Inode.of(node).kind().content() == Kind.SIGNAL && size != null && size == 0;
        if (!empties || change.permissions() != null || change.uid() != null || change.gid() != null) {
            throw new FsException(Errno.EPERM, "setattr", node.toString());
        }
        return now;
    }

    @Override
    public byte @Nullable [] xattr(NodeId node, XattrName name) {
        return xattrs.get(Inode.of(node), name);
    }

    @Override
    public void setXattr(NodeId node, XattrName name, byte[] value, XattrMode mode, Guard guard) {
        guard.check(stat(node, StatMask.QUIET), null);
        xattrs.set(Inode.of(node), name, value, mode);
    }

    @Override
    public void removeXattr(NodeId node, XattrName name, Guard guard) {
        guard.check(stat(node, StatMask.QUIET), null);
        xattrs.remove(Inode.of(node), name);
    }

    @Override
    public List<XattrName> xattrs(NodeId node) {
        return xattrs.names(Inode.of(node));
    }

    @Override
    public VolumeSpace space(NodeId node) {
        return new VolumeSpace(0, 0, 0, 0, 0, BLOCK_BYTES);
    }

    @Override
    public void touchAccessTime(NodeId node) {}

    @Override
    public void sync(OpenNode file, boolean dataOnly) {}

    @Override
    public void syncAll() {}

    @Override
    public AutoCloseable observe(ChangeListener listener) {
        return () -> {}; // all of it changes by itself, see isVolatile
    }

    @Override
    public @Nullable PosixAcl accessAcl(NodeId node) {
        return null;
    }

    @Override
    public @Nullable PosixAcl defaultAcl(NodeId node) {
        return null;
    }

    @Override
    public void setAccessAcl(NodeId node, @Nullable PosixAcl acl, boolean clearSetGid, Guard guard) {
        throw new FsException(Errno.EOPNOTSUPP, "setxattr", node.toString());
    }

    @Override
    public void setDefaultAcl(NodeId node, @Nullable PosixAcl acl, Guard guard) {
        throw new FsException(Errno.EOPNOTSUPP, "setxattr", node.toString());
    }

    @Override
    public Entered create(NodeId directory, Name name, NewNode node, Guard guard) {
        throw readOnly("create", directory);
    }

    @Override
    public OpenNode createNameless(NodeId directory, NewNode node, Guard guard) {
        throw readOnly("create", directory);
    }

    @Override
    public Entered link(NodeId node, NodeId directory, Name name, Guard guard) {
        throw readOnly("link", directory);
    }

    @Override
    public Removed unlink(NodeId directory, Name name, Guard guard) {
        throw readOnly("unlink", directory);
    }

    @Override
    public Removed rmdir(NodeId directory, Name name, Guard guard) {
        throw readOnly("rmdir", directory);
    }

    @Override
    public Renamed rename(NodeId from, Name name, NodeId to, Name newName, RenameMode mode, RenameGuard guard) {
        throw readOnly("rename", from);
    }

    private static FsException readOnly(String operation, NodeId directory) {
        return new FsException(Errno.EROFS, operation, directory.toString());
    }

    @Override
    public void allocate(OpenNode file, AllocateMode mode, long offsetBytes, long lengthBytes, boolean clearSetId) {
        throw new FsException(Errno.EOPNOTSUPP, "fallocate", file.node().toString());
    }

    @Override
    public long seekData(OpenNode file, long offsetBytes) {
        throw new FsException(Errno.EINVAL, "seek", file.node().toString());
    }

    @Override
    public long seekHole(OpenNode file, long offsetBytes) {
        throw new FsException(Errno.EINVAL, "seek", file.node().toString());
    }

    @Override
    public void cloneRange(
            OpenNode source,
            long sourceOffset,
            OpenNode target,
            long targetOffset,
            long lengthBytes,
            boolean clearSetId) {
        throw new FsException(Errno.EOPNOTSUPP, "clone", source.node().toString());
    }

    @Override
    public byte[] handle(NodeId node) {
        throw new FsException(Errno.EOPNOTSUPP, "handle", node.toString());
    }

    @Override
    public NodeId nodeOf(byte[] handle) {
        throw new FsException(Errno.ESTALE, "handle", "a process has none");
    }
}
