package dev.ring3.nfs.op;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Extended attributes (RFC 8276): those of the user's namespace, whose names have no prefix here. */
final class XattrOps {
    /** {@code setxattr_option4}. */
    private static final int EITHER = 0;

    private static final int CREATE = 1;
    private static final int REPLACE = 2;

    private static final int NAME_BYTES_MAX = 1024;

    /** The cookie, a count, an end. */
    private static final int FRAME_BYTES = 16;

    private XattrOps() {}

    private static XattrName readName(Compound c) {
        byte[] name = c.in.getOpaque(NAME_BYTES_MAX);
        if (name.length == 0 || !Utf8.isValid(name)) {
            throw new NfsException(NfsStatus.INVAL);
        }
        byte[] prefix = XattrName.Namespace.USER.prefix().getBytes(UTF_8);
        if (prefix.length + name.length > XattrName.BYTES_MAX) {
            throw new NfsException(NfsStatus.NAMETOOLONG);
        }
        byte[] whole = new byte[prefix.length + name.length];
        System.arraycopy(prefix, 0, whole, 0, prefix.length);
        System.arraycopy(name, 0, whole, prefix.length, name.length);
        return XattrName.parse(whole);
    }

    static void get(Compound c) {
        XattrName name = readName(c);
        Place place = c.current();
        byte[] value = place.isPseudo() ? null : c.vfs().attributes().xattr(c.caller(), place.node(), name);
        if (value == null) {
            throw new NfsException(NfsStatus.NOXATTR);
        }
        c.out.putOpaque(value);
    }

    static void set(Compound c) {
        XattrMode mode = switch (c.in.getInt()) {
            case EITHER -> XattrMode.ANY;
            case CREATE -> XattrMode.CREATE;
            case REPLACE -> XattrMode.REPLACE;
            default -> throw c.in.bad("an option of SETXATTR");
        };
        XattrName name = readName(c);
        int length = c.in.getCount(Service.DATA_BYTES_MAX);
        byte[] value = c.in.getFixed(length);
        Place place = c.currentToChange();
        if (length > XattrName.VALUE_BYTES_MAX) {
            throw new NfsException(NfsStatus.XATTR2BIG);
        }
        change(c, place, () -> c.vfs().attributes().setXattr(c.caller(), place.node(), name, value, mode));
    }

    static void remove(Compound c) {
        XattrName name = readName(c);
        Place place = c.currentToChange();
        change(c, place, () -> c.vfs().attributes().removeXattr(c.caller(), place.node(), name));
    }

    /** The change of the file itself; looked at before and after, so not of one transaction. */
    private static void change(Compound c, Place place, Runnable operation) {
        long before = c.stat(StatMask.CHANGE).change();
        try {
            operation.run();
        } catch (FsException e) {
            throw e.errno() == Errno.EPERM && c.stat(StatMask.TYPE).type() != FileType.REGULAR
                    ? new NfsException(NfsStatus.WRONG_TYPE)
                    : e;
        }
        c.commit(place);
        c.out.putBool(false).putLong(before).putLong(c.stat(StatMask.CHANGE).change());
    }

    /**
     * Names in the order of their hashes; a cookie is the hash of the last one that was given, so that what is added and
     * removed between two calls makes them leave out or repeat no other. Names of one hash are given together.
     */
    static void list(Compound c) {
        long cookie = c.in.getLong();
        long room = c.in.getUnsigned();
        Place place = c.current();
        if (cookie < 0) {
            throw new NfsException(NfsStatus.BAD_COOKIE);
        }
        NavigableMap<Long, List<byte[]>> names = names(c, place, cookie);
        int start = c.out.position();
        c.out.putLong(0).putInt(0);
        long last = cookie;
        int given = 0;
        for (Map.Entry<Long, List<byte[]>> next : names.entrySet()) {
            int before = c.out.position();
            next.getValue().forEach(c.out::putOpaque);
            if (c.out.position() - start + Integer.BYTES > room) {
                c.out.truncate(before);
                break;
            }
            last = next.getKey();
            given += next.getValue().size();
        }
        boolean whole = names.isEmpty() || names.lastKey() == last;
        if ((given == 0 && !whole) || room < FRAME_BYTES) {
            throw new NfsException(NfsStatus.TOOSMALL);
        }
        c.out.patchInt(start, (int) (last >>> Integer.SIZE));
        c.out.patchInt(start + Integer.BYTES, (int) last);
        c.out.patchInt(start + Long.BYTES, given);
        c.out.putBool(whole);
    }

    /** Those after a cookie. */
    private static NavigableMap<Long, List<byte[]>> names(Compound c, Place place, long after) {
        NavigableMap<Long, List<byte[]>> names = new TreeMap<>();
        if (!place.isPseudo()) {
            c.vfs().attributes().xattrs(c.caller(), place.node()).stream()
                    .filter(name -> name.namespace() == XattrName.Namespace.USER)
                    .sorted()
                    .map(name -> name.name().bytes())
                    .forEach(name -> names.computeIfAbsent(hashOf(name), _ -> new ArrayList<>())
                            .add(name));
        }
        return names.tailMap(after, false);
    }

    /** FNV-1a of 64 bits, without the sign and 0. */
    static long hashOf(byte[] name) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (byte b : name) {
            hash = (hash ^ Byte.toUnsignedInt(b)) * 0x100_0000_01b3L;
        }
        return Math.max(1, hash >>> 1);
    }
}
