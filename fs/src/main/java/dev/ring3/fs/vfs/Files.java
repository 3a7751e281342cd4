package dev.ring3.fs.vfs;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.ChangeInfo;
import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FileView;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.PollNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.WriteResult;
import dev.ring3.fs.lock.OpenEntry;
import dev.ring3.fs.lock.Sharing;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The operations of a {@link Vfs} on open files and directories. */
public sealed class Files permits ObservedFiles {
    /**
     * A file that was opened by name.
     *
     * @param created whether it was not there before
     * @param directory the directory's change, if it was made
     */
    public record Opened(
            OpenFile file,
            Stat stat,
            boolean created,
            @Nullable ChangeInfo directory) {}

    private final Vfs vfs;
    private final Copies copies;
    private final AtomicLong lastId = new AtomicLong();

    Files(Vfs vfs) {
        this.vfs = vfs;
        this.copies = new Copies(vfs, this);
    }

    /**
     * Opens a regular file or a directory.
     *
     * @throws FsException EACCES; EISDIR to write to a directory; ELOOP for a symbolic link; ENXIO for what has no content
     *     of its own; EPERM to write to an append-only file elsewhere than at its end, or by {@link
     *     OpenOption#NO_ACCESS_TIME}; EBUSY if another open denies it
     */
    public OpenFile open(Caller caller, NodeId node, OpenHow how) {
        Stat stat = vfs.stat(node);
        requireOpenable(stat, caller.credentials(), how);
        checkOpen(caller, stat, how);
        OpenFile file = hold(caller, vfs.tree(node).open(node), how);
        if (how.has(OpenOption.TRUNCATE)) {
            truncateOrClose(caller, file);
        }
        return file;
    }

    private void checkOpen(Caller caller, Stat stat, OpenHow how) {
        if (vfs.isHooked(HookPoint.OPEN)) {
            vfs.check(Request.ofNode(Operation.OPEN, caller, stat.node())
                    .withFlags(SystemFlags.of(how, false))
                    .withSize(stat.sizeBytes()));
        }
        if (how.has(OpenOption.TRUNCATE) && vfs.isHooked(HookPoint.SETATTR)) {
            vfs.check(Request.ofNode(Operation.TRUNCATE, caller, stat.node())
                    .withChange(AttrChange.NONE.withSize(0))
                    .withSize(stat.sizeBytes()));
        }
    }

    /**
     * Opens a file once more for whoever has it open: as {@link #open}, but what the file is open for and denies to others
     * does not stand against its own holder. Afterwards it is open for both.
     */
    public void reopen(Caller caller, OpenFile file, OpenHow how) {
        Stat stat = vfs.stat(file.node());
        requireOpenable(stat, caller.credentials(), how);
        checkOpen(caller, stat, how);
        vfs.admit(caller, file.node(), "open", () -> {
            Sharing both = file.entry().sharing().and(how.sharing());
            return vfs.opens().change(file.entry(), both);
        });
        if (how.has(OpenOption.TRUNCATE)) {
            truncate(caller, file);
        }
    }

    /**
     * Opens a regular file by name, and makes it where there is none.
     *
     * @param exclusive whether it must not be there
     * @throws FsException EEXIST; as {@link #open} and {@link Names#create}
     */
    public Opened open(Caller caller, NodeId directory, Name name, OpenHow how, NewNode shape, boolean exclusive) {
        if (shape.type() != FileType.REGULAR) {
            throw new FsException(Errno.EINVAL, "open", "making a " + shape.type());
        }
        while (true) {
            Stat found = vfs.names().find(caller, directory, name, StatMask.QUIET);
            if (found != null && exclusive) {
                throw new FsException(Errno.EEXIST, "open", "\"%s\" in %s".formatted(name, directory));
            }
            if (found != null) {
                OpenFile file = open(caller, found.node(), how);
                return new Opened(file, vfs.stat(found.node()), false, null);
            }
            try {
                FileTree.Entered made = vfs.names().create(caller, directory, name, shape);
                OpenNode held = vfs.tree(directory).open(made.node().node());
                // Whoever makes a file may use it, whatever its permissions say.
                return new Opened(hold(caller, held, how), made.node(), true, made.directory());
            } catch (FsException e) {
                boolean raced = e.errno() == Errno.EEXIST && !exclusive;
                if (!raced && e.errno() != Errno.ESTALE) {
                    throw e;
                }
            }
        }
    }

    /** Makes a regular file without a name in a directory's subvolume; {@code O_TMPFILE}. */
    public OpenFile openNameless(Caller caller, NodeId directory, OpenHow how, NewNode shape) {
        if (vfs.isHooked(HookPoint.CREATE)) {
            vfs.check(Names.ofNew(Request.ofNameless(caller, directory), shape).withFlags(SystemFlags.of(how, true)));
        }
        OpenNode held = vfs.tree(directory)
                .createNameless(directory, Names.owned(shape, caller.credentials()), Names.mayAdd(caller, "create"));
        return hold(caller, held, how);
    }

    /** Lets go of a file. Locks are the owner's, and stay until {@link dev.ring3.fs.lock.LockTable#release}. */
    public void close(OpenFile file) {
        vfs.opens().close(file.entry());
        file.held().close();
    }

    /** Keeps an inode although its names may go; for front ends whose clients know inodes without opening them. */
    public OpenNode hold(NodeId node) {
        return vfs.tree(node).know(node);
    }

    /**
     * What a file is ready for, as bits of {@code poll(2)}; files that never wait are ready for everything.
     *
     * @param onChange see {@link PollNode#poll}
     */
    public int poll(OpenFile file, @Nullable Runnable onChange) {
        return file.held() instanceof PollNode node ? node.poll(onChange) : PollNode.READABLE | PollNode.WRITABLE;
    }

    /** See {@link PollNode#readWaits}. */
    public boolean readWaits(OpenFile file) {
        return file.held() instanceof PollNode node && node.readWaits();
    }

    private OpenFile hold(Caller caller, OpenNode held, OpenHow how) {
        try {
            return new OpenFile(held, enter(caller, held.node(), how.sharing()), how, lastId.incrementAndGet());
        } catch (RuntimeException e) {
            held.close();
            throw e;
        }
    }

    private OpenEntry enter(Caller caller, NodeId node, Sharing sharing) {
        return vfs.admit(caller, node, "open", () -> vfs.opens().open(node, caller.client(), sharing));
    }

    private static void requireOpenable(Stat stat, Credentials who, OpenHow how) {
        int wanted = how.wanted();
        String what = stat.node().toString();
        if (stat.type() == FileType.SYMLINK) {
            throw new FsException(Errno.ELOOP, "open", what + " is a symbolic link");
        }
        if (stat.isDirectory() && (wanted & Permissions.WRITE) != 0) {
            throw new FsException(Errno.EISDIR, "open", what);
        }
        Permissions.require(stat, who, wanted, "open");
        if (!stat.isDirectory() && stat.type() != FileType.REGULAR) {
            throw new FsException(Errno.ENXIO, "open", what + " is a " + stat.type());
        }
        boolean overwrites =
                (wanted & Permissions.WRITE) != 0 && (!how.has(OpenOption.APPEND) || how.has(OpenOption.TRUNCATE));
        if (stat.has(StatFlags.APPEND_ONLY) && overwrites) {
            throw new FsException(Errno.EPERM, "open", what + " is append-only");
        }
        if (how.has(OpenOption.NO_ACCESS_TIME)) {
            Permissions.requireOwner(stat, who, "open");
        }
    }

    private void truncateOrClose(Caller caller, OpenFile file) {
        try {
            truncate(caller, file);
        } catch (RuntimeException e) {
            close(file);
            throw e;
        }
    }

    private void truncate(Caller caller, OpenFile file) {
        AttrChange empty = AttrChange.NONE.withSize(0);
        if (clearsSetId(caller, file.node())) {
            empty = empty.withClearSetId();
        }
        vfs.tree(file.node())
                .setAttributes(file.node(), empty, (now, _) -> Permissions.requireChangeable(now, "truncate"));
    }

    /**
     * Reads a directory that is open; see {@link FileTree#readDirectory}.
     *
     * @throws FsException ENOTDIR
     */
    public void readDirectory(Caller caller, OpenFile directory, long after, DirectorySink sink) {
        vfs.checkFile(Operation.READDIR, caller, directory, 0, 0);
        FileTree tree = vfs.tree(directory.node());
        tree.readDirectory(directory.node(), after, sink);
        touch(tree, directory);
    }

    /** Reads data; returns how many bytes, less than asked for at the end of the file alone. EBADF, EISDIR. */
    public long read(Caller caller, OpenFile file, long offsetBytes, MemorySegment into) {
        requireAccess(file, file.mayRead(), offsetBytes, "read");
        vfs.checkFile(Operation.READ, caller, file, offsetBytes, into.byteSize());
        FileTree tree = vfs.tree(file.node());
        long read = tree.read(file.held(), offsetBytes, into);
        if (read > 0) {
            touch(tree, file);
        }
        return read;
    }

    /**
     * Reads data as {@link #read}, without a copy where it lies in a cache.
     *
     * @param into where it goes otherwise, and how much
     */
    public FileView view(Caller caller, OpenFile file, long offsetBytes, MemorySegment into) {
        requireAccess(file, file.mayRead(), offsetBytes, "read");
        vfs.checkFile(Operation.READ, caller, file, offsetBytes, into.byteSize());
        FileTree tree = vfs.tree(file.node());
        FileView view = tree.view(file.held(), offsetBytes, into.byteSize());
        if (view == null) {
            view = FileView.of(into.asSlice(0, tree.read(file.held(), offsetBytes, into)));
        }
        if (view.lengthBytes() > 0) {
            touch(tree, file);
        }
        return view;
    }

    /** Writes data, all or nothing; EBADF, EFBIG. */
    public WriteResult write(Caller caller, OpenFile file, long offsetBytes, MemorySegment from) {
        return write(caller, file, offsetBytes, from, file.writeOptions());
    }

    /** The same, with options of this write alone; whether set-id bits go is decided here. */
    public WriteResult write(Caller caller, OpenFile file, long offsetBytes, MemorySegment from, WriteOptions options) {
        requireAccess(file, file.mayWrite(), offsetBytes, "write");
        if (file.has(OpenOption.APPEND) && !options.append()) {
            requireOverwritable(file, "write");
        }
        if (vfs.isHooked(HookPoint.WRITE)) {
            long sizeBytes = vfs.stat(file.node()).sizeBytes();
            long at = options.append() ? sizeBytes : offsetBytes;
            vfs.check(Request.ofFile(Operation.WRITE, caller, file, at, from.byteSize())
                    .withData(from)
                    .withSize(sizeBytes));
        }
        return vfs.tree(file.node())
                .write(
                        file.held(),
                        offsetBytes,
                        from,
                        new WriteOptions(options.append(), options.sync(), clearsSetId(caller, file.node())));
    }

    /** Changes a range; EBADF, EINVAL, EPERM for what an append-only file must not lose. */
    public void allocate(Caller caller, OpenFile file, AllocateMode mode, long offsetBytes, long lengthBytes) {
        requireAccess(file, file.mayWrite(), offsetBytes, "fallocate");
        if (lengthBytes <= 0) {
            throw new FsException(Errno.EINVAL, "fallocate", lengthBytes + " bytes");
        }
        if (offsetBytes > Long.MAX_VALUE - lengthBytes) {
            throw new FsException(Errno.EFBIG, "fallocate", "%d bytes at %d".formatted(lengthBytes, offsetBytes));
        }
        if (vfs.isHooked(HookPoint.WRITE)) {
            vfs.check(Request.ofFile(Operation.ALLOCATE, caller, file, offsetBytes, lengthBytes)
                    .withFlags(SystemFlags.of(mode))
                    .withSize(vfs.stat(file.node()).sizeBytes()));
        }
        boolean grows = mode == AllocateMode.ALLOCATE || mode == AllocateMode.ALLOCATE_KEEP_SIZE;
        if (!grows) {
            requireOverwritable(file, "fallocate");
        }
        vfs.tree(file.node()).allocate(file.held(), mode, offsetBytes, lengthBytes, clearsSetId(caller, file.node()));
    }

    /** The next data; see {@link FileTree#seekData}. */
    public long seekData(Caller caller, OpenFile file, long offsetBytes) {
        vfs.checkFile(Operation.SEEK, caller, file, offsetBytes, 0);
        return vfs.tree(file.node()).seekData(file.held(), offsetBytes);
    }

    /** The next hole; see {@link FileTree#seekHole}. */
    public long seekHole(Caller caller, OpenFile file, long offsetBytes) {
        vfs.checkFile(Operation.SEEK, caller, file, offsetBytes, 0);
        return vfs.tree(file.node()).seekHole(file.held(), offsetBytes);
    }

    /**
     * Lets a range of a file share the data of another; see {@link FileTree#cloneRange}.
     *
     * @throws FsException EBADF; EXDEV over trees; EINVAL for what is no whole block, or within one file and overlapping
     */
    public void cloneRange(
            Caller caller, OpenFile source, long sourceOffset, OpenFile target, long targetOffset, long lengthBytes) {
        copies.cloneRange(caller, source, sourceOffset, target, targetOffset, lengthBytes);
    }

    /**
     * Copies a range, by sharing where blocks allow; {@code copy_file_range(2)}.
     *
     * @return how many bytes, less than asked for at the source's end alone
     * @throws FsException EBADF; EXDEV over trees; EINVAL within one file and overlapping
     */
    public long copyRange(
            Caller caller, OpenFile source, long sourceOffset, OpenFile target, long targetOffset, long lengthBytes) {
        return copies.copyRange(caller, source, sourceOffset, target, targetOffset, lengthBytes);
    }

    /** Makes a file durable; see {@link FileTree#sync}. */
    public void sync(OpenFile file, boolean dataOnly) {
        vfs.tree(file.node()).sync(file.held(), dataOnly);
    }

    /** Makes everything durable in the tree that holds this inode; {@code syncfs(2)}. */
    public void syncAll(NodeId node) {
        vfs.tree(node).syncAll();
    }

    /** Makes operations on names and attributes durable; see {@link FileTree#syncMetadata}. */
    public void syncMetadata(NodeId node) {
        vfs.tree(node).syncMetadata();
    }

    /**
     * Whether a write that was allowed takes set-id bits away: whoever may set them keeps them. Trees know no groups, so
     * that the set-group-id bit of a file that its group cannot run, which goes when somebody outside the group writes,
     * goes here.
     */
    boolean clearsSetId(Caller caller, NodeId node) {
        Credentials who = caller.credentials();
        if (who.isPrivileged()) {
            return false;
        }
        Stat stat = vfs.stat(node);
        if (Permissions.dropsSetGid(stat, who)) {
            AttrChange without = AttrChange.NONE.withPermissions(stat.permissions() & ~Permissions.SET_GID);
            vfs.tree(node).setAttributes(node, without, Guard.NONE);
        }
        return true;
    }

    static void requireAccess(OpenFile file, boolean allowed, long offsetBytes, String operation) {
        if (!allowed) {
            throw new FsException(Errno.EBADF, operation, file.node() + " is not open for that");
        }
        if (offsetBytes < 0) {
            throw new FsException(Errno.EINVAL, operation, "offset " + offsetBytes);
        }
    }

    private void requireOverwritable(OpenFile file, String operation) {
        if (vfs.stat(file.node()).has(StatFlags.APPEND_ONLY)) {
            throw new FsException(Errno.EPERM, operation, file.node() + " is append-only");
        }
    }

    private static void touch(FileTree tree, OpenFile file) {
        if (!file.has(OpenOption.NO_ACCESS_TIME)) {
            tree.touchAccessTime(file.node());
        }
    }
}
