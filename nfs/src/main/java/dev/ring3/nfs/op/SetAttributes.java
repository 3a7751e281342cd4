package dev.ring3.nfs.op;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.proto.Attr;
import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.xdr.XdrReader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Attributes that a client wants set: {@code fattr4} of SETATTR, CREATE and OPEN.
 *
 * @param given which
 * @param changedModeBits which bits of the mode count, where not all do
 * @param umask of the process that makes a file, where the client leaves it to us
 */
record SetAttributes(
        Bitmap given, AttrChange change, @Nullable Integer changedModeBits, int umask, AclCodec.@Nullable Acl acl) {
    /** Attributes take no more than this, ACL included. */
    static final int BYTES_MAX = 128 << 10;

    private static final int TIME_OF_CLIENT = 1;
    private static final int NANOS_MAX = 999_999_999;
    private static final int OWNER_BYTES_MAX = 1024;

    /** Sets nothing. */
    static final SetAttributes NONE = new SetAttributes(Bitmap.EMPTY, AttrChange.NONE, null, 0, null);

    /** Reads them; INVAL for what can only be read, ATTRNOTSUPP for what is not known, BADXDR for a wrong length. */
    static SetAttributes read(Compound c) {
        Bitmap given = Bitmap.read(c.in);
        XdrReader in = new XdrReader(c.in.getOpaqueView(BYTES_MAX));
        if (!given.without(Attr.supported(c.minor)).isEmpty()) {
            throw new NfsException(NfsStatus.ATTRNOTSUPP);
        }
        if (!given.without(Attr.settable(c.minor)).isEmpty()) {
            throw new NfsException(NfsStatus.INVAL);
        }
        boolean twoModes = given.has(Attr.MODE)
                ? given.overlaps(Attr.OTHER_MODES)
                : given.and(Attr.OTHER_MODES).equals(Attr.OTHER_MODES);
        if (twoModes) {
            throw new NfsException(
                    NfsStatus.INVAL); // one mode at a time (RFC 8881, section 6.2.5; RFC 8275, section 5)
        }
        SetAttributes all = NONE;
        for (int number = given.next(0); number >= 0; number = given.next(number + 1)) {
            all = all.with(number, in, c.service.identities());
        }
        if (in.remaining() > 0) {
            throw in.bad("attributes that are longer than what they are");
        }
        return new SetAttributes(given, all.change, all.changedModeBits, all.umask, all.acl);
    }

    /** Reads those of something that is made: it has no mode yet of which some bits could stay (RFC 8881, section 6.2.5). */
    static SetAttributes readToMake(Compound c) {
        SetAttributes attributes = read(c);
        if (attributes.changedModeBits() != null) {
            throw new NfsException(NfsStatus.INVAL);
        }
        return attributes;
    }

    private SetAttributes with(int number, XdrReader in, Identities identities) {
        return switch (number) {
            case Attr.SIZE -> with(change.withSize(size(in.getLong())));
            case Attr.MODE -> with(change.withPermissions(mode(in.getInt())));
            case Attr.OWNER -> with(change.withOwner(identities.uid(in.getOpaque(OWNER_BYTES_MAX)), change.gid()));
            case Attr.OWNER_GROUP ->
                with(change.withOwner(change.uid(), identities.gid(in.getOpaque(OWNER_BYTES_MAX))));
            case Attr.TIME_ACCESS_SET -> with(change.withTimes(time(in), change.modifyTime()));
            case Attr.TIME_MODIFY_SET -> with(change.withTimes(change.accessTime(), time(in)));
            case Attr.ACL -> new SetAttributes(given, change, changedModeBits, umask, AclCodec.read(in, identities));
            case Attr.MODE_SET_MASKED -> {
                int bits = mode(in.getInt());
                int mask = mode(in.getInt());
                yield new SetAttributes(given, change.withPermissions(bits & mask), mask, umask, acl);
            }
            case Attr.MODE_UMASK -> {
                int bits = mode(in.getInt());
                int taken = in.getInt();
                if ((taken & ~0777) != 0) {
                    throw new NfsException(NfsStatus.INVAL);
                }
                yield new SetAttributes(given, change.withPermissions(bits), changedModeBits, taken, acl);
            }
            default -> throw new IllegalStateException("attribute " + number + " is said to be settable");
        };
    }

    private SetAttributes with(AttrChange other) {
        return new SetAttributes(given, other, changedModeBits, umask, acl);
    }

    private static long size(long size) {
        if (size < 0 || size > FileTree.FILE_BYTES_MAX) {
            throw new NfsException(NfsStatus.FBIG);
        }
        return size;
    }

    private static int mode(int mode) {
        if ((mode & ~Stat.PERMISSIONS) != 0) {
            throw new NfsException(NfsStatus.INVAL);
        }
        return mode;
    }

    private static AttrChange.TimeChange time(XdrReader in) {
        int how = in.getInt();
        if (how != TIME_OF_CLIENT) {
            if (how != 0) {
                throw in.bad("a time of kind " + how);
            }
            return new AttrChange.Now();
        }
        long seconds = in.getLong();
        int nanos = in.getInt();
        if (nanos < 0 || nanos > NANOS_MAX) {
            throw new NfsException(NfsStatus.INVAL);
        }
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw new NfsException(NfsStatus.INVAL);
        }
        return new AttrChange.At(Instant.ofEpochSecond(seconds, nanos));
    }

    boolean setsSize() {
        return change.sizeBytes() != null;
    }

    /** The permissions of a file that is made with these. */
    int permissions(int otherwise) {
        Integer permissions = change.permissions();
        return permissions == null ? otherwise : permissions;
    }

    /** What is left to be set after a file was made with its permissions, and is empty. */
    SetAttributes afterMaking() {
        AttrChange rest = new AttrChange(
                null,
                change.uid(),
                change.gid(),
                change.sizeBytes(),
                change.accessTime(),
                change.modifyTime(),
                null,
                false);
        Long size = rest.sizeBytes();
        if (size != null && size == 0) {
            rest = new AttrChange(
                    null, rest.uid(), rest.gid(), null, rest.accessTime(), rest.modifyTime(), null, false);
        }
        return new SetAttributes(given, rest, null, 0, acl);
    }

    /** Sets them. */
    void apply(Vfs vfs, Caller caller, NodeId node, @Nullable OpenFile through) {
        AttrChange wanted = change;
        Integer bits = changedModeBits;
        if (bits != null) {
            Stat now = vfs.attributes().stat(node, StatMask.QUIET);
            wanted = wanted.withPermissions((now.permissions() & ~bits) | permissions(0));
        }
        if (!wanted.equals(AttrChange.NONE)) {
            vfs.attributes().set(caller, node, wanted, through);
        }
        if (acl != null) {
            acl.set(vfs, caller, node);
        }
    }
}
