package dev.ring3.fuse;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.vfs.Attributes;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.Permissions;
import dev.ring3.linux.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Answers requests on attributes, extended attributes and ACLs. */
final class AttributeRequests {
    /** {@code FATTR_*}: which fields of SETATTR count. */
    private static final int MODE = 1;

    private static final int UID = 1 << 1;
    private static final int GID = 1 << 2;
    private static final int SIZE = 1 << 3;
    private static final int ATIME = 1 << 4;
    private static final int MTIME = 1 << 5;
    private static final int HANDLE = 1 << 6;
    private static final int ATIME_NOW = 1 << 7;
    private static final int MTIME_NOW = 1 << 8;
    private static final int KILL_SET_ID = 1 << 11;

    /** What a request to change anything has at least one of. */
    private static final int CHANGES = MODE | UID | GID | SIZE | ATIME | MTIME | ATIME_NOW | MTIME_NOW | KILL_SET_ID;

    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final int SET_UID = 04000;
    private static final int SET_GID = 02000;
    private static final int GROUP_EXECUTE = 0010;

    /** {@code XATTR_CREATE} and {@code XATTR_REPLACE}. */
    private static final int XATTR_CREATE = 1;

    private static final int XATTR_REPLACE = 2;

    private static final String ACL_ACCESS = "system.posix_acl_access";
    private static final String ACL_DEFAULT = "system.posix_acl_default";

    /** Goes when anybody writes, and by root's hand alone else, which the kernel has seen to in both cases. */
    private static final String FILE_CAPABILITIES = "security.capability";

    private static final int STATFS_SPARE_BYTES = 24;
    private static final int NAME_BYTES_MAX = 255;

    private final Session session;

    AttributeRequests(Session session) {
        this.session = session;
    }

    private Attributes attributes() {
        return session.vfs().attributes();
    }

    void getattr(Request request, Reply reply) {
        Stat stat = attributes().stat(session.caller(request), session.node(request), StatMask.QUIET);
        AttrLayout.putAttrs(reply, stat, session.validSeconds(stat.node()));
    }

    void statx(Request request, Reply reply) {
        Stat stat = attributes().stat(session.caller(request), session.node(request), StatMask.QUIET);
        AttrLayout.putStatx(reply, stat, session.validSeconds(stat.node()));
    }

    /**
     * In: u32 valid, u32 padding, u64 handle, u64 size, u64 lock owner, u64 atime, mtime, ctime, u32 their nanoseconds, u32
     * mode, u32 unused, u32 uid, u32 gid, u32 unused.
     */
    void setattr(Request request, Reply reply) {
        int valid = request.intAt(0);
        OpenFile through = (valid & HANDLE) != 0 ? session.handles().get(request.longAt(8)) : null;
        AttrChange change = AttrChange.NONE
                .withTimes(
                        time(request, valid, ATIME, ATIME_NOW, 32, 56), time(request, valid, MTIME, MTIME_NOW, 40, 60))
                .withOwner(
                        (valid & UID) != 0 ? request.intAt(76) : null, (valid & GID) != 0 ? request.intAt(80) : null);
        if ((valid & MODE) != 0) {
            change = change.withPermissions(request.intAt(68) & Stat.PERMISSIONS);
        }
        if ((valid & SIZE) != 0) {
            change = change.withSize(fileSize(request.longAt(16)));
        }
        if ((valid & KILL_SET_ID) != 0) {
            change = change.withClearSetId();
        }
        Caller caller = session.caller(request);
        NodeId node = session.node(request);
        Stat stat =
                (valid & CHANGES) == 0 ? dropSetId(caller, node) : attributes().set(caller, node, change, through);
        AttrLayout.putAttrs(reply, stat, session.validSeconds(stat.node()));
    }

    /**
     * Answers a request without anything to change: a chown to nobody and no group, or what the kernel does before a write,
     * and both take set-id bits away. Who may do neither changes nothing.
     */
    private Stat dropSetId(Caller caller, NodeId node) {
        Stat stat = attributes().stat(node, StatMask.QUIET);
        int keeps = stat.permissions() & ~SET_UID;
        boolean outside = !caller.credentials().isPrivileged()
                && (keeps & SET_GID) != 0
                && !caller.credentials().isMember(stat.gid());
        if ((keeps & GROUP_EXECUTE) != 0 || outside) {
            keeps &= ~SET_GID;
        }
        boolean allowed =
                caller.credentials().uid() == stat.uid() || attributes().may(caller, node, Permissions.WRITE);
        return stat.isDirectory() || keeps == stat.permissions() || !allowed
                ? stat
                : attributes().set(asKernel(caller), node, AttrChange.NONE.withPermissions(keeps), null);
    }

    private static long fileSize(long size) {
        if (size < 0) {
            throw new FsException(Errno.EFBIG, "truncate", "to %s bytes".formatted(Long.toUnsignedString(size)));
        }
        return size;
    }

    private static AttrChange.@Nullable TimeChange time(
            Request request, int valid, int given, int now, long secondsAt, long nanosAt) {
        if ((valid & now) != 0) {
            return new AttrChange.Now();
        }
        return (valid & given) != 0
                ? new AttrChange.At(instant(request.longAt(secondsAt), request.intAt(nanosAt)))
                : null;
    }

    /** The nearest time that can be held, as filesystems do with those that they cannot. */
    private static Instant instant(long seconds, int nanos) {
        if (Integer.toUnsignedLong(nanos) >= NANOS_PER_SECOND) {
            throw new FsException(Errno.EINVAL, "set times", Integer.toUnsignedString(nanos) + " ns");
        }
        long held = Math.clamp(seconds, Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
        return Instant.ofEpochSecond(held, nanos);
    }

    /** In: u32 mask. */
    void access(Request request) {
        if (!attributes().may(session.caller(request), session.node(request), request.intAt(0) & 7)) {
            throw new FsException(Errno.EACCES, "access", session.node(request).toString());
        }
    }

    /** Out: u64 blocks, free, available, inodes, free inodes; u32 block size, name length, fragment size; spare. */
    void statfs(Request request, Reply reply) {
        VolumeSpace space = attributes().space(session.node(request));
        int block = space.blockBytes();
        reply.putLong(space.totalBytes() / block)
                .putLong(space.freeBytes() / block)
                .putLong(space.availableBytes() / block)
                .putLong(space.totalInodes())
                .putLong(space.freeInodes())
                .putInt(block)
                .putInt(NAME_BYTES_MAX)
                .putInt(block)
                .putInt(0)
                .putZeros(STATFS_SPARE_BYTES);
    }

    /** In: u32 size, u32 flags, with {@link InitFlag#SETXATTR_EXT} u32 more flags, u32 padding; the name, the value. */
    void setxattr(Request request) {
        int size = request.intAt(0);
        int flags = request.intAt(4);
        long nameAt = session.has(InitFlag.SETXATTR_EXT) ? 16 : 8;
        byte[] name = request.stringAt(nameAt);
        byte[] value = request.bytesAt(nameAt + name.length + 1, size);
        Caller caller = session.caller(request);
        NodeId node = session.node(request);
        switch (text(name)) {
            case ACL_ACCESS -> attributes().setAccessAcl(caller, node, PosixAcl.decode(value));
            case ACL_DEFAULT -> attributes().setDefaultAcl(caller, node, PosixAcl.decode(value));
            default -> attributes().setXattr(caller, node, xattrName(name), value, mode(flags, caller, node, name));
        }
    }

    private XattrMode mode(int flags, Caller caller, NodeId node, byte[] name) {
        return switch (flags) {
            case 0 -> XattrMode.ANY;
            case XATTR_CREATE -> XattrMode.CREATE;
            case XATTR_REPLACE -> XattrMode.REPLACE;
            case XATTR_CREATE | XATTR_REPLACE -> {
                // Fails either way, and the kernel lets it through.
                Errno errno = xattr(caller, node, name) == null ? Errno.ENODATA : Errno.EEXIST;
                throw new FsException(errno, "setxattr", text(name));
            }
            default -> throw new FsException(Errno.EINVAL, "setxattr", "flags " + flags);
        };
    }

    /** In: u32 room, u32 padding, the name. Out: the value, or u32 size, u32 padding where there is no room. */
    void getxattr(Request request, Reply reply) {
        byte[] name = request.stringAt(8);
        byte[] value = xattr(session.caller(request), session.node(request), name);
        if (value == null) {
            throw new FsException(Errno.ENODATA, "getxattr", text(name));
        }
        putSized(reply, value, request.intAt(0));
    }

    private byte @Nullable [] xattr(Caller caller, NodeId node, byte[] name) {
        return switch (text(name)) {
            case ACL_ACCESS -> encode(attributes().accessAcl(caller, node));
            case ACL_DEFAULT -> encode(attributes().defaultAcl(caller, node));
            default -> attributes().xattr(caller, node, xattrName(name));
        };
    }

    private static byte @Nullable [] encode(@Nullable PosixAcl acl) {
        return acl == null ? null : acl.encode();
    }

    /** In: u32 room, u32 padding. Out: names, each with a NUL, or their size. */
    void listxattr(Request request, Reply reply) {
        Caller caller = session.caller(request);
        NodeId node = session.node(request);
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        for (XattrName name : attributes().xattrs(caller, node)) {
            put(
                    names,
                    name.namespace().prefix().getBytes(StandardCharsets.UTF_8),
                    name.name().bytes());
        }
        if (attributes().accessAcl(caller, node) != null) {
            put(names, ACL_ACCESS.getBytes(StandardCharsets.UTF_8), new byte[0]);
        }
        if (attributes().defaultAcl(caller, node) != null) {
            put(names, ACL_DEFAULT.getBytes(StandardCharsets.UTF_8), new byte[0]);
        }
        putSized(reply, names.toByteArray(), request.intAt(0));
    }

    private static void put(ByteArrayOutputStream names, byte[] prefix, byte[] name) {
        names.writeBytes(prefix);
        names.writeBytes(name);
        names.write(0);
    }

    private static void putSized(Reply reply, byte[] value, int room) {
        if (room == 0) {
            reply.putInt(value.length).putInt(0);
        } else if (value.length > Integer.toUnsignedLong(room)) {
            throw new FsException(Errno.ERANGE, "getxattr", value.length + " bytes");
        } else {
            reply.putBytes(value);
        }
    }

    /** In: the name. */
    void removexattr(Request request) {
        byte[] name = request.stringAt(0);
        Caller caller = session.caller(request);
        NodeId node = session.node(request);
        switch (text(name)) {
            case ACL_ACCESS -> attributes().setAccessAcl(caller, node, null);
            case ACL_DEFAULT -> attributes().setDefaultAcl(caller, node, null);
            case FILE_CAPABILITIES -> attributes().removeXattr(asKernel(caller), node, xattrName(name));
            default -> attributes().removeXattr(caller, node, xattrName(name));
        }
    }

    private static Caller asKernel(Caller caller) {
        return new Caller(
                Credentials.ROOT,
                caller.client(),
                caller.process(),
                caller.pidfsId(),
                caller.cgroup(),
                caller.address(),
                caller.patience());
    }

    /** Names are bytes; the text of one is only looked at for what is ASCII. */
    private static String text(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private static XattrName xattrName(byte[] name) {
        return XattrName.parse(name);
    }
}
