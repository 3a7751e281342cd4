package dev.ring3.bpf.hook;

import static dev.ring3.bpf.type.Field.scalar;

import dev.ring3.bpf.type.StructType;
import java.util.Map;

/**
 * The context of policies of the page cache: {@code struct ring3_cache}. Flat, in the byte order of the machine; what
 * does not apply to an operation is zero. New fields go to the end.
 */
public final class CacheContext {
    public static final int OP = 0;
    public static final int POOL = 4;
    public static final int SUBVOLUME = 8;
    public static final int INO = 16;
    public static final int OFFSET = 24;
    public static final int LENGTH = 32;
    public static final int FILE_SIZE = 40;
    public static final int PREVIOUS_OFFSET = 48;
    public static final int NOW = 56;
    public static final int RESIDENT = 64;
    public static final int BUDGET = 72;
    public static final int FOLIO = 80;
    public static final int FLAGS = 84;
    public static final int ACTOR = 88;
    public static final int SCOPE = 92;
    public static final int REASON = 96;
    public static final int WINDOW = 100;
    public static final int HIT = 104;
    public static final int REQUESTED = 108;
    public static final int PROPOSED = 112;
    public static final int FOLIOS = 120;
    public static final int REMOVAL = 248;
    public static final int PATTERN = 252;
    public static final int USUAL_WINDOW = 256;
    public static final int WINDOW_MAX = 260;

    /** How many folios one call can propose. */
    public static final int FOLIOS_MAX = 32;

    /** The whole size. */
    public static final int BYTES = 264;

    /** Bits of {@link #FLAGS}. */
    public static final int FLAG_DIRTY = 1;

    public static final int FLAG_WRITEBACK = 2;
    public static final int FLAG_UNCACHED = 4;
    public static final int FLAG_READAHEAD = 8;

    /** Bits of {@link #SCOPE}: what reclaim must not do. */
    public static final int SCOPE_NOFS = 1;

    public static final int SCOPE_NOIO = 2;

    /** Values of {@link #REASON}. */
    public static final int REASON_BACKGROUND = 0;

    public static final int REASON_DIRECT = 1;
    public static final int REASON_SHRINK = 2;

    /** Values of {@link #REMOVAL}. */
    public static final int REMOVAL_RECLAIM = 1;

    public static final int REMOVAL_DROP_BEHIND = 2;
    public static final int REMOVAL_TRUNCATE = 3;
    public static final int REMOVAL_DIRECT_WRITE = 4;
    public static final int REMOVAL_INVALIDATE = 5;

    /** Values of {@link #PATTERN}. */
    public static final int PATTERN_RANDOM = 0;

    public static final int PATTERN_FORWARD = 1;
    public static final int PATTERN_BACKWARD = 2;
    public static final int PATTERN_STRIDED = 3;

    private static final ContextFields FIELDS = new ContextFields()
            .add(scalar("op", OP, 4), "what this is about, RING3_CACHE_...")
            .add(scalar("pool", POOL, 4), "the pool that the policy is for")
            .add(scalar("subvolume", SUBVOLUME, 8), "the subvolume of the file")
            .add(scalar("ino", INO, 8), "the inode of the file")
            .add(scalar("offset", OFFSET, 8), "where in the file, in bytes")
            .add(scalar("length", LENGTH, 8), "how many bytes: the folio's size, or what is being read")
            .add(scalar("file_size", FILE_SIZE, 8), "the size of the file in bytes")
            .add(
                    scalar("previous_offset", PREVIOUS_OFFSET, 8),
                    "where the last read of the file ended that this was asked about, in bytes; 0 for none")
            .add(scalar("now", NOW, 8), "a clock that only goes forward, in nanoseconds")
            .add(scalar("resident", RESIDENT, 8), "how much the pool holds, in bytes")
            .add(scalar("budget", BUDGET, 8), "how much the pool may hold, in bytes")
            .add(
                    scalar("folio", FOLIO, 4),
                    "the folio, a number that is used again after it is removed; all ones if it has no memory yet")
            .add(scalar("flags", FLAGS, 4), "of the folio, RING3_FOLIO_...")
            .add(scalar("actor", ACTOR, 4), "the thread of the server that reads or writes, 0 if nobody does")
            .add(scalar("scope", SCOPE, 4), "what reclaim must not do, RING3_SCOPE_...")
            .add(scalar("reason", REASON, 4), "why folios have to go, RING3_REASON_...")
            .add(scalar("window", WINDOW, 4), "how much was read ahead last, in bytes")
            .add(
                    scalar("hit", HIT, 4),
                    "1 if what is being read was in the cache: a page from the middle of what was read ahead")
            .add(scalar("requested", REQUESTED, 4), "how many pages of 4 KiB have to go")
            .add(scalar("proposed", PROPOSED, 4).alsoWritable(), "set by the policy: how many of folios it has filled")
            .add(
                    scalar("folios", FOLIOS, 4).times(FOLIOS_MAX).alsoWritable(),
                    "set by the policy: folios that may go; those that cannot are passed over")
            .add(scalar("removal", REMOVAL, 4), "why the folio has left, RING3_REMOVAL_...")
            .add(scalar("pattern", PATTERN, 4), "how the read goes on from earlier ones, RING3_PATTERN_...")
            .add(scalar("usual_window", USUAL_WINDOW, 4), "what would be read ahead without the policy, in bytes")
            .add(scalar("window_max", WINDOW_MAX, 4), "the most that can be read ahead at a time, in bytes");

    /** The structure. */
    public static final StructType TYPE = FIELDS.type("ring3_cache", BYTES);

    private CacheContext() {}

    /** What each field holds, by name. */
    static Map<String, String> comments() {
        return FIELDS.comments();
    }
}
