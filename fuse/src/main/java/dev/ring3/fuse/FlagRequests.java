package dev.ring3.fuse;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.linux.Errno;

/**
 * Answers ioctl: for the flags that {@code chattr(1)} sets, where the kernel makes sure that who sets them may, and {@link
 * QueryRequests}.
 *
 * <p>In: u64 handle, u32 flags, u32 command, u64 argument, u32 size in, u32 size out, data. Out: i32 result, u32 flags, u32
 * and u32 counts that are 0, data.
 */
final class FlagRequests {
    /** {@code FS_IOC_GETFLAGS} and {@code FS_IOC_SETFLAGS}: u32 of {@code FS_*_FL}, which {@link StatFlags} uses too. */
    private static final int GET_FLAGS = 0x8008_6601;

    private static final int SET_FLAGS = 0x4008_6602;

    /**
     * {@code FS_IOC_FSGETXATTR} and {@code FS_IOC_FSSETXATTR}: u32 of {@code FS_XFLAG_*}, u32 extent size, extents,
     * project, extent size to copy, 8 bytes of padding.
     */
    private static final int GET_XFLAGS = 0x801c_581f;

    private static final int SET_XFLAGS = 0x401c_5820;
    private static final int XFLAGS_REST_BYTES = 24;
    private static final int XFLAG_IMMUTABLE = 0x08;
    private static final int XFLAG_APPEND = 0x10;
    private static final int XFLAG_NO_DUMP = 0x80;
    private static final int COMMAND = 12;
    private static final int DATA = 32;

    private final Session session;
    private final QueryRequests queries;

    FlagRequests(Session session) {
        this.session = session;
        this.queries = new QueryRequests(session);
    }

    void ioctl(Request request, Reply reply) {
        NodeId node = session.node(request);
        reply.putInt(0).putInt(0).putInt(0).putInt(0);
        switch (request.intAt(COMMAND)) {
            case GET_FLAGS -> reply.putInt(flags(node));
            case SET_FLAGS -> setFlags(request, node, request.intAt(DATA));
            case GET_XFLAGS -> reply.putInt(toXflags(flags(node))).putZeros(XFLAGS_REST_BYTES);
            case SET_XFLAGS -> setFlags(request, node, ofXflags(request.intAt(DATA), node));
            default -> queries.ioctl(request, reply);
        }
    }

    private int flags(NodeId node) {
        return session.vfs().attributes().stat(node, StatMask.QUIET).flags() & StatFlags.SETTABLE;
    }

    private void setFlags(Request request, NodeId node, int flags) {
        if ((flags & ~StatFlags.SETTABLE) != 0) {
            throw new FsException(Errno.EOPNOTSUPP, "set flags", "0x%x of %s".formatted(flags, node));
        }
        session.vfs().attributes().set(session.caller(request), node, AttrChange.NONE.withFlags(flags), null);
    }

    private static int toXflags(int flags) {
        return ((flags & StatFlags.IMMUTABLE) != 0 ? XFLAG_IMMUTABLE : 0)
                | ((flags & StatFlags.APPEND_ONLY) != 0 ? XFLAG_APPEND : 0)
                | ((flags & StatFlags.NO_DUMP) != 0 ? XFLAG_NO_DUMP : 0);
    }

    private static int ofXflags(int xflags, NodeId node) {
        if ((xflags & ~(XFLAG_IMMUTABLE | XFLAG_APPEND | XFLAG_NO_DUMP)) != 0) {
            throw new FsException(Errno.EOPNOTSUPP, "set flags", "extended 0x%x of %s".formatted(xflags, node));
        }
        return ((xflags & XFLAG_IMMUTABLE) != 0 ? StatFlags.IMMUTABLE : 0)
                | ((xflags & XFLAG_APPEND) != 0 ? StatFlags.APPEND_ONLY : 0)
                | ((xflags & XFLAG_NO_DUMP) != 0 ? StatFlags.NO_DUMP : 0);
    }
}
