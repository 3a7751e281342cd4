package dev.ring3.bpf.hook;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the page cache tells or asks a policy: the field {@code op} of {@link CacheContext}. Numbers are part of the
 * interface to programs and are never used again for something else.
 */
public enum CacheOperation {
    INIT(1, "the policy takes over the pool; anything but 0 says that it does not"),
    ADDED(2, "a folio has come into the cache"),
    ACCESSED(3, "a folio was found in the cache; only some of these are told"),
    REMOVED(4, "a folio has left the cache"),
    EVICT(
            5,
            "folios have to go: the policy puts some into folios and their number into proposed, or has ring3_list_iterate do it"),
    ADMIT(6, "whether a folio shall stay in the cache: 0 it shall, 1 only while it is in use"),
    READAHEAD(7, "how many bytes to have in memory from offset on; more by ring3_prefetch"),
    EXIT(8, "the policy is being taken off the pool");

    private final int number;
    private final String about;

    CacheOperation(int number, String about) {
        this.number = number;
        this.about = about;
    }

    /** The number that programs see. */
    public int number() {
        return number;
    }

    /** Where programs that are asked about it attach, as {@code SEC} names it. */
    public String section() {
        return "cache/" + name().toLowerCase(Locale.ROOT);
    }

    /** What it is, in a few words. */
    public String about() {
        return about;
    }

    /** The name that programs know it by. */
    String constant() {
        return "RING3_CACHE_" + name();
    }

    /** All places to attach to, in order. */
    public static List<String> sections() {
        return Arrays.stream(values()).map(CacheOperation::section).toList();
    }
}
