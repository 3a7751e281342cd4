package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Names in directories. An entry's place, its cookie, is a keyed hash of its name, or one of the places behind: the same
 * at every reading, whatever else comes and goes, so a listing can go on from it after a restart.
 *
 * <p>An entry that others were put behind is marked so, and leaves a hole when it goes; any other leaves nothing. So a
 * search goes on past a place only where something may be behind it, and removing needs no look at the next place.
 */
final class Directories {
    /** Cookies below this mean something else to NFS and its clients (RFC 8881, section 18.23.3). */
    static final long COOKIE_MIN = 3;

    /** With 63 bits of a keyed hash nobody meets this. */
    private static final int PROBES_MAX = 64;

    private final ToLongFunction<byte[]> hash;

    /** @param hash of a name; any function will do, a good one is fast */
    Directories(ToLongFunction<byte[]> hash) {
        this.hash = hash;
    }

    /**
     * Where a name is, or where it would be put.
     *
     * @param dirent what is there now: an entry of this name, a hole, or nothing
     * @param version how that is stored, whiteouts included
     * @param passed entries before it that do not say yet that something is behind them
     */
    record Place(
            long cookie, @Nullable Dirent dirent, @Nullable Version version, List<Place> passed) {
        /** The entry of the name, or null if there is none. */
        @Nullable
        Dirent found() {
            return dirent == null || dirent.isHole() ? null : dirent;
        }
    }

    long cookieOf(Name name) {
        long cookie = hash.applyAsLong(name.bytes()) >>> 1;
        return cookie < COOKIE_MIN ? cookie + COOKIE_MIN : cookie;
    }

    private static long after(long cookie) {
        return cookie == Long.MAX_VALUE ? COOKIE_MIN : cookie + 1;
    }

    Place locate(View view, long directory, InodeRecord record, Name name) {
        boolean bornHere = record.bornIn == view.node();
        List<Place> passed = new ArrayList<>(0);
        Place free = null;
        long cookie = cookieOf(name);
        for (int probe = 0; probe < PROBES_MAX; probe++) {
            Item item = Item.dirent(directory, cookie);
            Version version = bornHere ? view.findOwn(item) : view.find(item);
            if (version == null || version.isWhiteout()) {
                return free != null ? free : new Place(cookie, null, version, passed);
            }
            Dirent dirent = Dirent.decode(version.value());
            Place here = new Place(cookie, dirent, version, passed);
            if (dirent.isHole()) {
                free = free != null ? free : new Place(cookie, dirent, version, List.copyOf(passed));
            } else if (Objects.equals(name, dirent.name())) {
                return here;
            } else if (!dirent.chained()) {
                if (free != null) {
                    return free;
                }
                passed.add(here);
            }
            cookie = after(cookie);
        }
        throw new FsException(Errno.ENOSPC, "enter", name + ": too many names share its hash");
    }

    /** Puts an entry where {@link #locate} found that it may go. */
    void insert(Transaction change, long directory, InodeRecord record, Place place, Dirent entry) {
        for (Place passed : place.passed) {
            Dirent dirent = passed.dirent;
            if (dirent != null) {
                change.put(
                        Item.dirent(directory, passed.cookie),
                        dirent.withChained().encode(),
                        passed.version,
                        record);
            }
        }
        boolean chained = place.dirent != null && place.dirent.chained();
        Dirent stored = chained ? entry.withChained() : entry;
        change.put(Item.dirent(directory, place.cookie), stored.encode(), place.version, record);
    }

    /** Takes the entry of a place out. */
    void remove(Transaction change, long directory, InodeRecord record, Place place) {
        Item item = Item.dirent(directory, place.cookie);
        Dirent dirent = place.dirent;
        Version version = place.version;
        if (dirent == null || version == null) {
            throw new IllegalStateException("no entry at " + place.cookie);
        }
        if (dirent.chained()) {
            change.put(item, Dirent.HOLE.encode(), version, record);
            record.setFlag(InodeRecord.HAS_HOLES, true);
        } else {
            change.remove(item, version, record);
        }
    }
}
