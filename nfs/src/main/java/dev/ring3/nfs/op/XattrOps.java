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
import java.util.List;

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

    /** A cookie is how many names were given before. */
    static void list(Compound c) {
        long cookie = c.in.getLong();
        long room = c.in.getUnsigned();
        Place place = c.current();
        if (cookie < 0 || cookie > XattrName.LIST_BYTES_MAX) {
            throw new NfsException(NfsStatus.BAD_COOKIE);
        }
        List<byte[]> names = place.isPseudo()
                ? List.of()
                : c.vfs().attributes().xattrs(c.caller(), place.node()).stream()
                        .filter(name -> name.namespace() == XattrName.Namespace.USER)
                        .sorted()
                        .map(name -> name.name().bytes())
                        .toList();
        int start = c.out.position();
        c.out.putLong(0).putInt(0);
        int next = (int) Math.min(cookie, names.size());
        int first = next;
        while (next < names.size()) {
            int length = Integer.BYTES + ((names.get(next).length + 3) & ~3);
            if (c.out.position() - start + length + Integer.BYTES > room) {
                break;
            }
            c.out.putOpaque(names.get(next));
            next++;
        }
        boolean whole = next == names.size();
        if ((next == first && !whole) || room < FRAME_BYTES) {
            throw new NfsException(NfsStatus.TOOSMALL);
        }
        c.out.patchInt(start, 0);
        c.out.patchInt(start + Integer.BYTES, next);
        c.out.patchInt(start + Long.BYTES, next - first);
        c.out.putBool(whole);
    }
}
