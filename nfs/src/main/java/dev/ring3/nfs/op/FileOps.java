package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.Permissions;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.proto.Attr;
import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Operations on attributes, and READLINK. */
final class FileOps {
    /** {@code ACCESS4_*}; the last three since RFC 8276. */
    private static final int READ = 0x1;

    private static final int LOOKUP = 0x2;
    private static final int MODIFY = 0x4;
    private static final int EXTEND = 0x8;
    private static final int DELETE = 0x10;
    private static final int EXECUTE = 0x20;
    private static final int XATTR_READ = 0x40;
    private static final int XATTR_WRITE = 0x80;
    private static final int XATTR_LIST = 0x100;
    private static final int FIRST = READ | LOOKUP | MODIFY | EXTEND | DELETE | EXECUTE;
    private static final int ALL = FIRST | XATTR_READ | XATTR_WRITE | XATTR_LIST;

    /** What the holder of a write delegation may have changed. */
    private static final Bitmap HELD = Bitmap.of(Attr.CHANGE, Attr.SIZE, Attr.TIME_MODIFY, Attr.TIME_METADATA);

    /** Longer attributes than these are not compared: no volume has them. */
    private static final int COMPARED_BYTES_MAX = 64 << 10;

    private FileOps() {}

    static void getattr(Compound c) {
        Bitmap wanted = Bitmap.read(c.in);
        requireReadable(wanted);
        Place place = c.current();
        Stat stat = stat(c, wanted);
        AttributeWriter.write(c.service, c.minor, place, stat, wanted, c.out);
    }

    /** What is known of the current filehandle; by who holds a write delegation on it too, where that may matter. */
    private static Stat stat(Compound c, Bitmap wanted) {
        Place place = c.current();
        OptionalLong held = wanted.overlaps(HELD) && !place.isPseudo()
                ? c.state()
                        .heldFiles()
                        .size(place.node(), c.sessionClient(), SessionOps.address(c), c.call::mayTakeLong)
                : OptionalLong.empty();
        Stat stat = c.stat(AttributeWriter.mask(wanted));
        return held.isPresent() ? stat.withSize(held.getAsLong()) : stat;
    }

    private static void requireReadable(Bitmap wanted) {
        if (wanted.overlaps(Attr.WRITE_ONLY)) {
            throw new NfsException(NfsStatus.INVAL);
        }
    }

    static void verify(Compound c) {
        if (!isSame(c)) {
            throw new NfsException(NfsStatus.NOT_SAME);
        }
    }

    static void nverify(Compound c) {
        if (isSame(c)) {
            throw new NfsException(NfsStatus.SAME);
        }
    }

    /** Whether the attributes are what the client says, compared as they are encoded. */
    private static boolean isSame(Compound c) {
        Bitmap wanted = Bitmap.read(c.in);
        byte[] values = c.in.getOpaque(SetAttributes.BYTES_MAX);
        Place place = c.current();
        if (wanted.has(Attr.RDATTR_ERROR) || wanted.overlaps(Attr.WRITE_ONLY)) {
            throw new NfsException(NfsStatus.INVAL);
        }
        if (!wanted.without(Attr.supported(c.minor)).isEmpty()) {
            throw new NfsException(NfsStatus.ATTRNOTSUPP);
        }
        Stat stat = stat(c, wanted);
        if (wanted.has(Attr.MODE)) {
            Bitmap before = before(wanted);
            requireMode(values, AttributeWriter.values(c.service, c.minor, place, stat, before, COMPARED_BYTES_MAX));
        }
        byte[] ours = AttributeWriter.values(c.service, c.minor, place, stat, wanted, COMPARED_BYTES_MAX);
        return Arrays.equals(ours, values);
    }

    /** Those whose values come before the mode's. */
    private static Bitmap before(Bitmap wanted) {
        return new Bitmap(wanted.low() & ((1L << Attr.MODE) - 1), 0);
    }

    /** INVAL for a mode with bits that no mode has (RFC 8881, section 6.2.4), where what comes before it is as it should be. */
    private static void requireMode(byte[] values, byte[] ours) {
        boolean told = values.length >= ours.length + Integer.BYTES
                && Arrays.equals(ours, 0, ours.length, values, 0, ours.length);
        if (told && (ByteBuffer.wrap(values).getInt(ours.length) & ~Stat.PERMISSIONS) != 0) {
            throw new NfsException(NfsStatus.INVAL);
        }
    }

    static void access(Compound c) {
        int wanted = c.in.getInt();
        Place place = c.current();
        int known = c.minor < 2 ? FIRST : ALL;
        if ((wanted & ~known) != 0) {
            throw new NfsException(NfsStatus.INVAL);
        }
        Stat stat = c.stat(StatMask.QUIET);
        boolean directory = stat.isDirectory();
        // DELETE of a file is its directory's affair; EXECUTE of a directory is called LOOKUP.
        int meaningful = wanted & (directory ? ~EXECUTE : ~(LOOKUP | DELETE));
        int allowed = 0;
        allowed |= may(c, place, stat, Permissions.READ) ? READ | XATTR_READ | XATTR_LIST : 0;
        allowed |= may(c, place, stat, Permissions.EXECUTE) ? LOOKUP | EXECUTE : 0;
        int toChange = Permissions.WRITE | (directory ? Permissions.EXECUTE : 0);
        if (!Compound.isReadOnly(place) && may(c, place, stat, toChange)) {
            allowed |= MODIFY | EXTEND | DELETE | XATTR_WRITE;
        }
        c.out.putInt(meaningful).putInt(meaningful & allowed);
    }

    private static boolean may(Compound c, Place place, Stat stat, int wanted) {
        return place.isPseudo()
                ? (wanted & Permissions.WRITE) == 0
                : c.vfs().attributes().may(c.caller(), stat.node(), wanted);
    }

    static void readlink(Compound c) {
        Place place = c.current();
        if (c.stat(StatMask.TYPE).type() != FileType.SYMLINK) {
            throw new NfsException(c.isFirstMinor() ? NfsStatus.INVAL : NfsStatus.WRONG_TYPE);
        }
        c.out.putOpaque(c.vfs().names().readlink(c.caller(), place.node()));
    }

    /** A truncation goes through an open file, if the stateid names one that may write; else permission decides. */
    static void setattr(Compound c) {
        Stateid stateid = c.readStateid();
        SetAttributes wanted = SetAttributes.read(c);
        Place place = c.currentToChange();
        if (wanted.umask() != 0 || wanted.given().has(Attr.MODE_UMASK)) {
            throw new NfsException(NfsStatus.INVAL);
        }
        Caller caller = c.caller();
        if (wanted.setsSize()) {
            Stat stat = c.stat(StatMask.TYPE);
            if (stat.type() != FileType.REGULAR) {
                NfsStatus ofFirst = stat.isDirectory() ? NfsStatus.ISDIR : NfsStatus.INVAL;
                throw new NfsException(c.isFirstMinor() ? ofFirst : NfsStatus.WRONG_TYPE);
            }
            IoFile file = IoFile.find(c, stateid, Use.WRITE, place.node());
            try {
                wanted.apply(c.vfs(), caller, place.node(), file.heldOpen());
            } finally {
                file.close();
            }
        } else {
            apply(c, caller, place.node(), wanted, null);
        }
        c.commit(place);
        wanted.given().write(c.out);
    }

    private static void apply(
            Compound c, Caller caller, NodeId node, SetAttributes wanted, @Nullable OpenFile through) {
        try {
            wanted.apply(c.vfs(), caller, node, through);
        } catch (FsException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                throw new NfsException(NfsStatus.INVAL); // the mode of a symbolic link
            }
            throw e;
        }
    }
}
