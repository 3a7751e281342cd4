package dev.ring3.bpf.hook;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.Argument.Kind;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.HeaderWriter;
import dev.ring3.bpf.type.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What policies of the page cache ask Ring3, beyond their context: lists of folios, after those of cache_ext (SOSP 2025),
 * a number that a policy may keep with each folio, and reading ahead. All are found by name. Those about folios and lists
 * are for the calls that come one at a time: all but {@code cache/admit} and {@code cache/readahead}, where they return
 * {@code -EPERM}, or 0 where they have no negative results.
 */
public final class CacheFunctions {
    /** How many lists a policy can have. */
    public static final int LISTS_MAX = 127;

    /** {@code __u64 ring3_list_new(void)}: a list, or 0. */
    public static final FunctionContract LIST_NEW = FunctionContract.of("ring3_list_new", Result.scalar(0, LISTS_MAX));

    /** {@code long ring3_list_add(__u64 list, __u32 folio, __u32 where)}. */
    public static final FunctionContract LIST_ADD =
            FunctionContract.of("ring3_list_add", Result.STATUS, Kind.SCALAR, Kind.SCALAR, Kind.SCALAR);

    /** {@code long ring3_list_move(__u64 list, __u32 folio, __u32 where)}. */
    public static final FunctionContract LIST_MOVE =
            FunctionContract.of("ring3_list_move", Result.STATUS, Kind.SCALAR, Kind.SCALAR, Kind.SCALAR);

    /** {@code long ring3_list_del(__u32 folio)}. */
    public static final FunctionContract LIST_DEL = FunctionContract.of("ring3_list_del", Result.STATUS, Kind.SCALAR);

    /** {@code long ring3_list_length(__u64 list)}: in folios. */
    public static final FunctionContract LIST_LENGTH = FunctionContract.of(
            "ring3_list_length", Result.scalar(HookTypes.RESULT_MIN, Integer.MAX_VALUE), Kind.SCALAR);

    /** {@code long ring3_list_pages(__u64 list)}: in pages of 4 KiB. */
    public static final FunctionContract LIST_PAGES = FunctionContract.of(
            "ring3_list_pages", Result.scalar(HookTypes.RESULT_MIN, Integer.MAX_VALUE), Kind.SCALAR);

    /** {@code long ring3_list_iterate(cache, list, callback, callback_context, how)}, with {@link IterateOptions}. */
    public static final FunctionContract LIST_ITERATE = FunctionContract.of(
                    "ring3_list_iterate",
                    Result.scalar(HookTypes.RESULT_MIN, Integer.MAX_VALUE),
                    Argument.of(Kind.CONTEXT),
                    Argument.of(Kind.SCALAR),
                    Argument.of(Kind.CALLBACK),
                    Argument.of(Kind.CALLBACK_CONTEXT).orNull(),
                    Argument.memory(IterateOptions.BYTES))
            .with(Effect.CALLS_FOR_EACH_NUMBER);

    /** {@code long ring3_list_sample(cache, list, score, callback_context, sample_size)}. */
    public static final FunctionContract LIST_SAMPLE = FunctionContract.of(
                    "ring3_list_sample",
                    Result.scalar(HookTypes.RESULT_MIN, Integer.MAX_VALUE),
                    Argument.of(Kind.CONTEXT),
                    Argument.of(Kind.SCALAR),
                    Argument.of(Kind.CALLBACK),
                    Argument.of(Kind.CALLBACK_CONTEXT).orNull(),
                    Argument.of(Kind.SCALAR))
            .with(Effect.CALLS_FOR_EACH_NUMBER);

    /** {@code long ring3_folio_get(__u32 folio, void *into, __u32 size)}, a {@link FolioFacts}. */
    public static final FunctionContract FOLIO_GET = FunctionContract.of(
                    "ring3_folio_get",
                    Result.scalar(HookTypes.RESULT_MIN, Integer.MAX_VALUE),
                    Kind.SCALAR,
                    Kind.OUTPUT,
                    Kind.SIZE_OR_ZERO)
            .with(Effect.RETURNS_AT_MOST_SIZE);

    /** {@code long ring3_folio_list(__u32 folio)}. */
    public static final FunctionContract FOLIO_LIST =
            FunctionContract.of("ring3_folio_list", Result.scalar(HookTypes.RESULT_MIN, LISTS_MAX), Kind.SCALAR);

    /** {@code long ring3_folio_visits(__u32 folio)}. */
    public static final FunctionContract FOLIO_VISITS =
            FunctionContract.of("ring3_folio_visits", Result.scalar(HookTypes.RESULT_MIN, 3), Kind.SCALAR);

    /** {@code __u64 ring3_folio_note(__u32 folio)}. */
    public static final FunctionContract FOLIO_NOTE =
            FunctionContract.of("ring3_folio_note", Result.SCALAR, Kind.SCALAR);

    /** {@code long ring3_folio_set_note(__u32 folio, __u64 note)}. */
    public static final FunctionContract FOLIO_SET_NOTE =
            FunctionContract.of("ring3_folio_set_note", Result.STATUS, Kind.SCALAR, Kind.SCALAR);

    /** {@code long ring3_prefetch(__u64 offset, __u64 length)}. */
    public static final FunctionContract PREFETCH =
            FunctionContract.of("ring3_prefetch", Result.STATUS, Kind.SCALAR, Kind.SCALAR);

    private static final Map<FunctionContract, String> ABOUT = about();

    private CacheFunctions() {}

    private static Map<FunctionContract, String> about() {
        Map<FunctionContract, String> about = new LinkedHashMap<>();
        about.put(LIST_NEW, "A new list of folios, or 0: there are 127 at most, and they go with the policy.");
        about.put(
                LIST_ADD,
                "Puts a folio that is on no list on one, to the RING3_HEAD or RING3_TAIL of it. Returns 0, -EINVAL if there"
                        + " is no such list or end, -ENOENT if there is no such folio, -EEXIST if it is on a list.");
        about.put(
                LIST_MOVE,
                "Moves a folio from the list that it is on to an end of the same or another. Returns 0, -EINVAL,"
                        + " -ENOENT also if it is on none.");
        about.put(
                LIST_DEL,
                "Takes a folio off its list, which happens by itself when it leaves the cache. Returns 0 or -ENOENT.");
        about.put(LIST_LENGTH, "How many folios are on a list, or -EINVAL.");
        about.put(LIST_PAGES, "How many pages of 4 KiB the folios on a list have, or -EINVAL.");
        about.put(
                LIST_ITERATE,
                "Goes along a list from its head and calls long callback(__u64 folio, void *callback_context), until enough"
                        + " is proposed or each was looked at once. The callback returns RING3_CONTINUE, and the folio goes"
                        + " where how says; RING3_EVICT, and it is proposed, goes where how says, and cache->proposed"
                        + " counts it; RING3_SKIP, and it stays where it is; or RING3_STOP. In cache/evict. Returns how many"
                        + " folios were continued, or -EINVAL.");
        about.put(
                LIST_SAMPLE,
                "Takes groups of sample_size folios, at most 64, from the head of a list, calls long score(__u64 folio,"
                        + " void *callback_context) for each, proposes that of each group with the lowest score, and moves"
                        + " all to the tail, until enough is proposed. In cache/evict. Returns how many were proposed, or"
                        + " -EINVAL.");
        about.put(
                FOLIO_GET,
                "What is known of a folio, a struct ring3_folio. Returns how many bytes it filled, or -ENOENT.");
        about.put(FOLIO_LIST, "The list that a folio is on, 0 for none, or -ENOENT.");
        about.put(
                FOLIO_VISITS,
                "How often a folio was read since this was asked last, counted up to 3, or -ENOENT. This is how a policy"
                        + " knows of every read: cache/accessed tells one in 64.");
        about.put(FOLIO_NOTE, "What the policy has noted with a folio, 0 at first and where there is no such folio.");
        about.put(FOLIO_SET_NOTE, "Notes a number with a folio, until it leaves the cache. Returns 0 or -ENOENT.");
        about.put(
                PREFETCH,
                "Brings a range of the file into the cache, in bytes; when half of what one call asked for is reached,"
                        + " cache/readahead is asked again, with hit. In cache/readahead. Returns 0, or -ENOSPC for what is"
                        + " beyond the end of the file, or more than 32 ranges or window_max bytes in one call.");
        return about;
    }

    static HostFunctions declaredIn(HostFunctions functions) {
        HostFunctions all = functions;
        for (FunctionContract contract : ABOUT.keySet()) {
            all = all.declare(contract);
        }
        return all;
    }

    static void addTo(HeaderWriter header) {
        ABOUT.forEach(header::external);
    }

    /** All of them. */
    static List<FunctionContract> all() {
        return List.copyOf(ABOUT.keySet());
    }
}
