package dev.ring3.fuse;

import dev.ring3.fs.FileTree;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Files;
import dev.ring3.fs.vfs.Names;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.linux.Errno;

/** Answers requests on names. */
final class NameRequests {
    private static final int BATCH_FORGET_ITEM_BYTES = 16;

    /** {@code RENAME_NOREPLACE} and so on. */
    private static final int NO_REPLACE = 1;

    private static final int EXCHANGE = 2;
    private static final int WHITEOUT = 4;

    private final Session session;
    private final OpenReplies opens;

    NameRequests(Session session) {
        this.session = session;
        this.opens = new OpenReplies(session);
    }

    private Names names() {
        return session.vfs().names();
    }

    /** In: the name. */
    void lookup(Request request, Reply reply) {
        NodeId directory = session.node(request);
        Stat found = names().find(session.caller(request), directory, request.nameAt(0), StatMask.QUIET);
        if (found == null) {
            AttrLayout.putNoEntry(reply, session.validSeconds(directory));
        } else {
            putEntry(reply, found);
        }
    }

    /** In: u64 count. */
    void forget(Request request) {
        session.nodes().forget(request.nodeId(), request.longAt(0));
    }

    /** In: u32 count, u32 padding; each u64 node, u64 count. */
    void batchForget(Request request) {
        int count = request.intAt(0);
        for (int i = 0; i < count; i++) {
            long at = Long.BYTES + (long) i * BATCH_FORGET_ITEM_BYTES;
            session.nodes().forget(request.longAt(at), request.longAt(at + Long.BYTES));
        }
    }

    /** In: u32 mode, u32 device, u32 umask, u32 padding, the name. */
    void mknod(Request request, Reply reply) {
        int mode = request.intAt(0);
        int device = request.intAt(4);
        FileType type = FileType.ofMode(mode);
        if (type == FileType.DIRECTORY || type == FileType.SYMLINK) {
            throw new FsException(Errno.EINVAL, "mknod", "a " + type);
        }
        int permissions = mode & Stat.PERMISSIONS;
        int umask = umask(request.intAt(8));
        NewNode shape = type.isDevice()
                ? NewNode.device(
                        type, permissions, umask, 0, 0, AttrLayout.deviceMajor(device), AttrLayout.deviceMinor(device))
                : NewNode.of(type, permissions, umask, 0, 0);
        create(request, reply, request.nameAt(16), shape);
    }

    /** In: u32 mode, u32 umask, the name. */
    void mkdir(Request request, Reply reply) {
        int permissions = request.intAt(0) & Stat.PERMISSIONS;
        NewNode shape = NewNode.of(FileType.DIRECTORY, permissions, umask(request.intAt(4)), 0, 0);
        create(request, reply, request.nameAt(8), shape);
    }

    /** In: the name, the target. */
    void symlink(Request request, Reply reply) {
        Name name = request.nameAt(0);
        byte[] target = request.stringAt(name.length() + 1L);
        create(request, reply, name, NewNode.symlink(target, 0, 0));
    }

    private void create(Request request, Reply reply, Name name, NewNode shape) {
        FileTree.Entered made = names().create(session.caller(request), session.node(request), name, shape);
        putEntry(reply, made.node());
    }

    /** In: u64 node that gets the name, the name. */
    void link(Request request, Reply reply) {
        NodeId node = session.nodes().node(request.longAt(0));
        FileTree.Entered linked =
                names().link(session.caller(request), node, session.node(request), request.nameAt(Long.BYTES));
        putEntry(reply, linked.node());
    }

    /** In: the name. */
    void unlink(Request request) {
        names().unlink(session.caller(request), session.node(request), request.nameAt(0));
    }

    /** In: the name. */
    void rmdir(Request request) {
        names().rmdir(session.caller(request), session.node(request), request.nameAt(0));
    }

    /** In: u64 directory of the new name, the name, the new name. */
    void rename(Request request) {
        rename(request, Long.BYTES, RenameMode.REPLACE);
    }

    /** In: u64 directory of the new name, u32 flags, u32 padding, the name, the new name. */
    void rename2(Request request) {
        RenameMode mode = switch (request.intAt(8)) {
            case 0 -> RenameMode.REPLACE;
            case NO_REPLACE -> RenameMode.NO_REPLACE;
            case EXCHANGE -> RenameMode.EXCHANGE;
            case WHITEOUT -> RenameMode.WHITEOUT;
            case WHITEOUT | NO_REPLACE -> RenameMode.NO_REPLACE_WHITEOUT;
            default -> throw new FsException(Errno.EINVAL, "rename", "flags " + request.intAt(8));
        };
        rename(request, 2L * Long.BYTES, mode);
    }

    private void rename(Request request, long namesAt, RenameMode mode) {
        Name name = request.nameAt(namesAt);
        Name newName = request.nameAt(namesAt + name.length() + 1);
        NodeId to = session.nodes().node(request.longAt(0));
        names().rename(session.caller(request), session.node(request), name, to, newName, mode);
    }

    void readlink(Request request, Reply reply) {
        reply.putBytes(names().readlink(session.caller(request), session.node(request)));
    }

    /** In: u32 flags of open(2), u32 mode, u32 umask, u32 flags, the name. Out: an entry, an open file. */
    void create(Request request, Reply reply) {
        int flags = request.intAt(0);
        NewNode shape = file(request);
        Caller caller = session.caller(request);
        boolean exclusive = (flags & OpenFlags.EXCLUSIVE) != 0;
        Files.Opened opened = session.vfs()
                .files()
                .open(caller, session.node(request), request.nameAt(16), OpenFlags.how(flags), shape, exclusive);
        putOpened(reply, opened.file(), opened.stat(), flags);
    }

    /** As {@link #create}; the name means nothing. */
    void tmpfile(Request request, Reply reply) {
        int flags = request.intAt(0);
        NewNode shape = file(request);
        OpenFile file = session.vfs()
                .files()
                .openNameless(session.caller(request), session.node(request), OpenFlags.how(flags), shape);
        putOpened(reply, file, session.vfs().attributes().stat(file.node(), StatMask.QUIET), flags);
    }

    private NewNode file(Request request) {
        return NewNode.of(FileType.REGULAR, request.intAt(4) & Stat.PERMISSIONS, umask(request.intAt(8)), 0, 0);
    }

    private void putOpened(Reply reply, OpenFile file, Stat stat, int flags) {
        try {
            putEntry(reply, stat);
        } catch (FsException e) {
            session.vfs().files().close(file);
            throw e;
        }
        opens.put(reply, file, flags);
    }

    private void putEntry(Reply reply, Stat stat) {
        long id = session.nodes().remember(stat.node());
        AttrLayout.putEntry(reply, id, stat, session.validSeconds(stat.node()));
    }

    /** With {@link InitFlag#DONT_MASK} the mask is ours to apply, else the kernel has. */
    private int umask(int sent) {
        return session.has(InitFlag.DONT_MASK) ? sent : 0;
    }
}
