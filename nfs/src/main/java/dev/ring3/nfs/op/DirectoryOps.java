package dev.ring3.nfs.op;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.Stat;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.nfs.proto.Attr;
import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.xdr.XdrOverflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * READDIR (RFC 8881, section 18.23). Cookies are the directory's own, which name a place for ever, so that the verifier is
 * always the same; in pseudo directories they are places in a list, and the verifier says of which exports.
 */
final class DirectoryOps {

    /** Cookies that no entry has. */
    private static final int COOKIES_RESERVED = 2;

    /** The verifier, an end of the list, an end of file. */
    private static final int FRAME_BYTES = 16;

    /** What follows the last entry. */
    private static final int TAIL_BYTES = 8;

    /** An entry's least: that one follows, cookie, name, no attributes. */
    private static final int ENTRY_BYTES_MIN = 28;

    /** What {@code dircount} counts of an entry besides its name. */
    private static final int COUNTED_BYTES = 12;

    private static final int RESULT_HEADER_BYTES = 8;
    private static final int ENTRIES_MAX = 8192;

    private record Entry(Name name, long cookie, Place place) {}

    private record Listing(List<Entry> entries, boolean whole) {}

    private DirectoryOps() {}

    static void readdir(Compound c) {
        long cookie = c.in.getLong();
        long verifier = c.in.getLong();
        int directoryBytes = c.in.getInt();
        int bytesMax = c.in.getInt();
        Bitmap wanted = Bitmap.read(c.in);
        Place directory = c.current();
        HandleOps.requireOnlyDirectory(c, directory);
        if (wanted.overlaps(Attr.WRITE_ONLY)) {
            throw new NfsException(NfsStatus.INVAL);
        }
        if (cookie < 0 || (cookie > 0 && cookie <= COOKIES_RESERVED)) {
            throw new NfsException(NfsStatus.BAD_COOKIE);
        }
        if (cookie != 0 && verifier != verifier(c, directory)) {
            throw new NfsException(NfsStatus.NOT_SAME);
        }
        long room = Math.min(Integer.toUnsignedLong(bytesMax), Service.DATA_BYTES_MAX);
        if (room < FRAME_BYTES) {
            throw new NfsException(NfsStatus.TOOSMALL);
        }
        boolean bySession = c.out.remaining() - RESULT_HEADER_BYTES < room;
        room = Math.min(room, c.out.remaining() - RESULT_HEADER_BYTES);
        int most = (int) Math.min(ENTRIES_MAX, room / ENTRY_BYTES_MIN + 1);
        Listing listing = list(c, directory, cookie, most, Integer.toUnsignedLong(directoryBytes));
        write(c, listing, wanted, room, bySession);
    }

    private static long verifier(Compound c, Place directory) {
        return directory.isPseudo() ? c.exports.version() : 0;
    }

    private static Listing list(Compound c, Place directory, long after, int most, long directoryBytes) {
        List<Entry> entries = new ArrayList<>();
        if (directory.isPseudo()) {
            List<Map.Entry<Name, Place>> all = c.exports.list(directory, c.call);
            for (int i = (int) Math.min(all.size(), Math.max(0, after - COOKIES_RESERVED)); i < all.size(); i++) {
                entries.add(new Entry(
                        all.get(i).getKey(),
                        i + 1L + COOKIES_RESERVED,
                        all.get(i).getValue()));
            }
            return new Listing(entries, true);
        }
        long[] counted = {0};
        boolean[] whole = {true};
        OpenFile open = c.vfs().files().open(c.caller(), directory.node(), OpenHow.of(Use.READ));
        try {
            c.vfs().files().readDirectory(c.caller(), open, after, (name, cookie, node, _) -> {
                counted[0] += COUNTED_BYTES + name.length();
                boolean fits = entries.size() < most
                        && (directoryBytes == 0 || counted[0] <= directoryBytes || entries.isEmpty());
                if (!fits) {
                    whole[0] = false;
                    return false;
                }
                entries.add(new Entry(name, cookie, directory.at(node)));
                return true;
            });
        } finally {
            c.vfs().files().close(open);
        }
        return new Listing(entries, whole[0]);
    }

    private static void write(Compound c, Listing listing, Bitmap wanted, long room, boolean bySession) {
        int start = c.out.position();
        c.out.putLong(verifier(c, c.current()));
        boolean all = listing.whole();
        int written = 0;
        for (Entry entry : listing.entries()) {
            int before = c.out.position();
            boolean fits;
            try {
                fits = put(c, entry, wanted) && c.out.position() - start + TAIL_BYTES <= room;
            } catch (XdrOverflowException _) {
                fits = false;
            }
            if (!fits) {
                c.out.truncate(before);
                all = false;
                break;
            }
            written++;
        }
        if (written == 0 && !listing.entries().isEmpty() && !all) {
            throw tooSmall(c, bySession);
        }
        c.out.putBool(false).putBool(all);
    }

    private static NfsException tooSmall(Compound c, boolean bySession) {
        if (!bySession || c.session == null) {
            return new NfsException(NfsStatus.TOOSMALL);
        }
        return new NfsException(c.keepReply ? NfsStatus.REP_TOO_BIG_TO_CACHE : NfsStatus.REP_TOO_BIG);
    }

    /** An entry with its attributes; one that went meanwhile is left out, and leaves nothing. */
    private static boolean put(Compound c, Entry entry, Bitmap wanted) {
        int before = c.out.position();
        c.out.putBool(true).putLong(entry.cookie()).putOpaque(entry.name().bytes());
        Place place = entry.place();
        boolean ofSubvolume = !place.isPseudo()
                && !place.node().subvolume().equals(c.current().node().subvolume());
        try {
            if (ofSubvolume) {
                ExportRoot export = c.exports.exportOf(place.node());
                place = export == null ? place : new Place(place.node(), export);
            }
            Stat stat = c.exports.stat(place, AttributeWriter.mask(wanted));
            AttributeWriter.write(c.service, c.minor, place, stat, wanted, c.out);
        } catch (FsException e) {
            if (!Exports.isGone(e)) {
                throw e;
            }
            c.out.truncate(before);
        }
        return true;
    }
}
