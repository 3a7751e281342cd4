package dev.ring3.fuse;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.WriteResult;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Files;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.linux.Errno;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Answers requests on open files and directories. */
final class FileRequests {
    private static final int RELEASE_FLOCK = 1 << 1;
    private static final int FSYNC_DATA = 1;

    /** {@code FUSE_WRITE_CACHE}: pages that the kernel held, of a mapping of any descriptor of the file. */
    private static final int WRITE_CACHE = 1;

    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    /** {@code FALLOC_FL_*}. */
    private static final int KEEP_SIZE = 0x01;

    private static final int PUNCH_HOLE = 0x02;
    private static final int COLLAPSE_RANGE = 0x08;
    private static final int ZERO_RANGE = 0x10;
    private static final int INSERT_RANGE = 0x20;

    /**
     * From how much on data is sent from where it lies. Measured: 1 MiB costs a quarter less so, 128 KiB the same, since
     * the copy of them stays in the processor's own cache.
     */
    private static final int VIEW_BYTES_MIN = 256 << 10;

    /** Cookies of the two entries that every directory has and no tree gives out. */
    private static final long DOT = 1;

    private static final long DOT_DOT = 2;
    private static final int DIRENT_BYTES = 24;
    private static final int DIRENT_ALIGNMENT = 8;

    private final Session session;
    private final OpenReplies opens;

    FileRequests(Session session) {
        this.session = session;
        this.opens = new OpenReplies(session);
    }

    private Files files() {
        return session.vfs().files();
    }

    /** In: u32 flags of open(2), u32 flags. */
    void open(Request request, Reply reply) {
        int flags = request.intAt(0);
        OpenFile file = files().open(session.caller(request), session.node(request), OpenFlags.how(flags));
        opens.put(reply, file, flags);
    }

    /** In: as {@link #open}; a directory is only read, and what else may be asked is whether that marks its access time. */
    void opendir(Request request, Reply reply) {
        OpenHow how = OpenFlags.directory(request.intAt(0));
        OpenFile file = files().open(session.caller(request), session.node(request), how);
        reply.putLong(session.handles().add(file)).putLong(0);
    }

    /** In: u64 handle, u64 offset, u32 size, u32 read flags, u64 lock owner, u32 flags, u32 padding. Out: data. */
    void read(Request request, Reply reply) {
        OpenFile file = session.handles().get(request.longAt(0));
        long size = Integer.toUnsignedLong(request.intAt(16));
        if (size > Session.DATA_BYTES_MAX) {
            throw new FsException(Errno.EINVAL, "read", size + " bytes at once");
        }
        if (size < VIEW_BYTES_MIN) {
            reply.advance(files().read(session.caller(request), file, request.sizeAt(8), reply.room(size)));
        } else {
            reply.lend(files().view(session.caller(request), file, request.sizeAt(8), reply.room(size)));
        }
        if (session.isUncached() && session.handles().isCached(request.longAt(0))) {
            // It was opened before programs were attached, and the kernel would answer the next read itself.
            session.dataIsStale(file.node());
        }
    }

    /**
     * In: as {@link #read}, with write flags, data. Out: u32 size, u32 padding. How is said by the flags that the file has
     * now, not by those it was opened with: {@code fcntl(2)} and {@code pwritev2(2)} change them.
     */
    void write(Request request, Reply reply) {
        OpenFile file = session.handles().get(request.longAt(0));
        int size = request.intAt(16);
        boolean isWriteback = (request.intAt(20) & WRITE_CACHE) != 0;
        WriteOptions options = OpenFlags.write(request.intAt(32), isWriteback);
        WriteResult result =
                files().write(session.caller(request), file, request.sizeAt(8), request.dataAt(40, size), options);
        reply.putInt(Math.toIntExact(result.lengthBytes())).putInt(0);
    }

    /** In: u64 handle, u32 unused, u32 padding, u64 lock owner: a descriptor was closed, and with it go its locks. */
    void flush(Request request) {
        session.handles().flush(request.longAt(0), owner(request.longAt(16)));
    }

    /** In: u64 handle, u32 flags, u32 release flags, u64 lock owner: the last descriptor was closed. */
    void release(Request request) {
        long handle = request.longAt(0);
        if ((request.intAt(12) & RELEASE_FLOCK) != 0) {
            NodeId node = session.handles().get(handle).node();
            session.vfs().locks().release(node, owner(request.longAt(16)));
        }
        session.handles().close(handle);
    }

    private LockOwner owner(long number) {
        return new LockOwner(session.client(), number);
    }

    /** In: u64 handle, u32 flags, u32 padding. */
    void fsync(Request request) {
        boolean dataOnly = (request.intAt(8) & FSYNC_DATA) != 0;
        files().sync(session.handles().get(request.longAt(0)), dataOnly);
    }

    /**
     * In: as {@link #fsync}. At the root of a mount or of a subvolume it stands for {@link #syncfs}, which Linux sends to
     * no filesystem that is mounted as this one is.
     */
    void fsyncdir(Request request) {
        NodeId node = session.node(request);
        if (request.nodeId() == Nodes.ROOT_ID || node.equals(NodeId.rootOf(node.subvolume()))) {
            session.vfs().files().syncAll(node);
        } else {
            fsync(request);
        }
    }

    void syncfs() {
        session.vfs().files().syncAll(session.nodes().node(Nodes.ROOT_ID));
    }

    /** In: u64 handle, u64 offset, u64 length, u32 mode, u32 padding. */
    void fallocate(Request request) {
        OpenFile file = session.handles().get(request.longAt(0));
        AllocateMode mode = allocateMode(request.intAt(24));
        files().allocate(session.caller(request), file, mode, request.sizeAt(8), request.sizeAt(16));
    }

    private static AllocateMode allocateMode(int mode) {
        return switch (mode) {
            case 0 -> AllocateMode.ALLOCATE;
            case KEEP_SIZE -> AllocateMode.ALLOCATE_KEEP_SIZE;
            case PUNCH_HOLE | KEEP_SIZE -> AllocateMode.PUNCH_HOLE;
            case ZERO_RANGE -> AllocateMode.ZERO_RANGE;
            case ZERO_RANGE | KEEP_SIZE -> AllocateMode.ZERO_RANGE_KEEP_SIZE;
            case COLLAPSE_RANGE -> AllocateMode.COLLAPSE_RANGE;
            case INSERT_RANGE -> AllocateMode.INSERT_RANGE;
            default -> throw new FsException(Errno.EOPNOTSUPP, "fallocate", "mode 0x%x".formatted(mode));
        };
    }

    /** In: u64 handle, u64 offset, u32 whence, u32 padding. Out: u64 offset. */
    void lseek(Request request, Reply reply) {
        OpenFile file = session.handles().get(request.longAt(0));
        long offset = request.longAt(8);
        reply.putLong(
                switch (request.intAt(16)) {
                    case SEEK_DATA -> files().seekData(session.caller(request), file, offset);
                    case SEEK_HOLE -> files().seekHole(session.caller(request), file, offset);
                    default -> throw new FsException(Errno.EINVAL, "seek", "whence " + request.intAt(16));
                });
    }

    /** In: u64 handle, u64 offset, u64 node and u64 handle of the target, u64 its offset, u64 length, u64 flags. */
    void copyFileRange(Request request, Reply reply) {
        OpenFile source = session.handles().get(request.longAt(0));
        OpenFile target = session.handles().get(request.longAt(24));
        // The answer has 32 bits; the kernel asks again for the rest.
        long length = Math.min(request.sizeAt(40), Integer.MAX_VALUE & -4096);
        long copied = files().copyRange(
                        session.caller(request), source, request.sizeAt(8), target, request.sizeAt(32), length);
        reply.putInt(Math.toIntExact(copied)).putInt(0);
    }

    /** In: as {@link #read}; the offset is the cookie to go on after. Out: {@code fuse_dirent}s. */
    void readdir(Request request, Reply reply, boolean plus) {
        OpenFile directory = session.handles().get(request.longAt(0));
        long after = request.sizeAt(8);
        long room = Math.min(Integer.toUnsignedLong(request.intAt(16)), Session.DATA_BYTES_MAX);
        Caller caller = session.caller(request);
        Listing listing = new Listing(reply, room, plus);
        if (after < DOT && !listing.putDot(".", DOT, directory.node())) {
            return;
        }
        if (after < DOT_DOT && !listing.putDot("..", DOT_DOT, session.parent(directory.node()))) {
            return;
        }
        files().readDirectory(
                        caller,
                        directory,
                        after <= DOT_DOT ? 0 : after,
                        (name, cookie, node, type) -> listing.put(name.bytes(), cookie, node, type.direntType()));
    }

    /**
     * Puts entries into an answer while there is room: {@code fuse_dirent}: u64 inode, u64 cookie, u32 length of the
     * name, u32 type, the name, padded to 8 bytes; before it in READDIRPLUS {@code fuse_entry_out}.
     */
    private final class Listing {
        private static final int DIRECTORY_TYPE = 4;

        private final Reply reply;
        private final long room;
        private final boolean plus;

        Listing(Reply reply, long room, boolean plus) {
            this.reply = reply;
            this.room = room;
            this.plus = plus;
        }

        /** These two never count as a reference of the kernel: their entry is empty. */
        boolean putDot(String name, long cookie, NodeId node) {
            byte[] bytes = {'.', '.'};
            return put(Arrays.copyOf(bytes, name.length()), cookie, node, DIRECTORY_TYPE, null);
        }

        boolean put(byte[] name, long cookie, NodeId node, int type) {
            if (!fits(name.length)) {
                return false;
            }
            if (!plus) {
                return put(name, cookie, node, type, null);
            }
            Stat stat;
            try {
                stat = session.vfs().attributes().stat(node, StatMask.QUIET);
            } catch (FsException e) {
                // It went meanwhile.
                return true;
            }
            return put(name, cookie, node, type, stat);
        }

        private boolean put(byte[] name, long cookie, NodeId node, int type, @Nullable Stat stat) {
            if (!fits(name.length)) {
                return false;
            }
            if (plus && stat != null) {
                AttrLayout.putEntry(reply, session.nodes().remember(node), stat, session.validSeconds(node));
            } else if (plus) {
                reply.putZeros(AttrLayout.ENTRY_BYTES);
            }
            reply.putLong(InodeNumber.of(node))
                    .putLong(cookie)
                    .putInt(name.length)
                    .putInt(type)
                    .putBytes(name)
                    .putZeros(padding(name.length));
            return true;
        }

        private boolean fits(int nameBytes) {
            long bytes = (plus ? AttrLayout.ENTRY_BYTES : 0L) + DIRENT_BYTES + nameBytes + padding(nameBytes);
            return reply.bodyBytes() + bytes <= room;
        }

        private static int padding(int nameBytes) {
            return -nameBytes & (DIRENT_ALIGNMENT - 1);
        }
    }
}
