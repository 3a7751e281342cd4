package dev.ring3.bpf.hook;

import dev.ring3.bpf.type.HeaderWriter;

/** Writes {@code ring3.h}. */
final class HookHeader {
    private static final String MACROS = """
            /* To refuse with: return -EPERM. Other values of errno(3) do as well. */
            #ifndef EPERM
            #define EPERM 1 /* not permitted */
            #define ENOENT 2 /* no such file */
            #define EIO 5 /* input or output failed */
            #define EAGAIN 11 /* try again */
            #define EACCES 13 /* permission denied */
            #define EBUSY 16 /* in use */
            #define ENOMEM 12 /* no memory */
            #define EEXIST 17 /* is there already */
            #define EINVAL 22 /* makes no sense */
            #define ENOSPC 28 /* no space left */
            #define EROFS 30 /* may only be read */
            #define EDQUOT 122 /* over the quota */
            #endif

            /* Puts a record, given by its address, into the audit log, with its type: bpf trace shows its fields. */
            #define ring3_emit(record) \\
                ring3_emit_typed(__builtin_btf_type_id(*(__typeof__(*(record)) *)0, 0), record, sizeof(*(record)))

            /*
             * What the object wants to be, for all of its programs; words with spaces between, once in an object:
             *   observe-only  results do not count; called after all others, whatever these said, and sees their verdict
             *   fail-closed   if a program of it fails, what it was asked about is refused until somebody detaches it;
             *                 without this word it is not asked any more
             * Who attaches it can say otherwise.
             */
            #define RING3_OPTIONS(words) const char ring3_options[] SEC("ring3.options") = words

            """;

    private HookHeader() {}

    static String text() {
        HeaderWriter header = new HeaderWriter(
                "RING3_H",
                "ring3.h: what programs that attach to Ring3 are called with, and what they may call. Generated."
                        + " Compile with -g, so that the program also runs where the structures have grown.");
        constants(header);
        header.struct(FsContext.TYPE, FsContext.comments());
        header.struct(CacheContext.TYPE, CacheContext.comments());
        ProgramHeader.helpers(header, HookTypes.common());
        functions(header);
        return header.lines(MACROS).text();
    }

    private static void functions(HeaderWriter header) {
        header.struct(SubvolumeFacts.TYPE, SubvolumeFacts.comments())
                .external(
                        FsFunctions.DATA_READ,
                        "Copies from the data that a write brings, so many bytes after its start. Returns how many bytes"
                                + " it copied, fewer at the end of the data, 0 where no data is written.")
                .external(
                        FsFunctions.NAME,
                        "Copies name (RING3_NAME) or target_name (RING3_TARGET_NAME) of the context to memory that can be"
                                + " indexed. Returns how many bytes it copied, or -EINVAL.")
                .external(
                        FsFunctions.PATH,
                        "A path of an inode from the root of the volume, with zeros behind it. Returns its length, -ENOENT"
                                + " where it has no name, -ENAMETOOLONG where there is no room or it is longer than 4096"
                                + " bytes.")
                .external(
                        FsFunctions.XATTR,
                        "An extended attribute of ino, or of parent where the operation has no inode yet; the name is"
                                + " \"user.something\", without a zero byte. Returns its length, -ENODATA if there is none,"
                                + " -ERANGE where there is no room.")
                .external(
                        FsFunctions.SUBVOLUME,
                        "What is known of a subvolume or snapshot, a struct ring3_subvolume. Returns how many bytes it filled, or -ENOENT.")
                .external(
                        FsFunctions.EMIT,
                        "Puts a record into the server's audit log, as ring3_emit does. Returns 0, or -E2BIG for more than"
                                + " 4096 bytes.");
        header.struct(FolioFacts.TYPE, FolioFacts.comments()).struct(IterateOptions.TYPE, IterateOptions.comments());
        CacheFunctions.addTo(header);
    }

    private static void constants(HeaderWriter header) {
        header.title("op of struct ring3_fs, with the section that is asked: SEC(\"fs/open\") and so on");
        for (FsOperation operation : FsOperation.values()) {
            header.constant(operation.constant(), operation.number(), operation.section() + ": " + operation.about());
        }
        header.title("origin of struct ring3_fs");
        for (Origin origin : Origin.values()) {
            header.constant(origin.constant(), origin.number(), origin.about());
        }
        header.title("attributes of struct ring3_fs, bits")
                .constant("RING3_ATTRIBUTE_MODE", FsContext.ATTRIBUTE_MODE, "permissions")
                .constant("RING3_ATTRIBUTE_UID", FsContext.ATTRIBUTE_UID, "owner")
                .constant("RING3_ATTRIBUTE_GID", FsContext.ATTRIBUTE_GID, "group")
                .constant("RING3_ATTRIBUTE_SIZE", FsContext.ATTRIBUTE_SIZE, "size")
                .constant("RING3_ATTRIBUTE_ATIME", FsContext.ATTRIBUTE_ATIME, "time of the last read")
                .constant("RING3_ATTRIBUTE_MTIME", FsContext.ATTRIBUTE_MTIME, "time of the last write")
                .constant("RING3_ATTRIBUTE_FLAGS", FsContext.ATTRIBUTE_FLAGS, "flags of chattr(1)");
        header.title("which name ring3_name copies")
                .constant("RING3_NAME", FsFunctions.NAME_FIRST, "name")
                .constant("RING3_TARGET_NAME", FsFunctions.NAME_TARGET, "target_name");
        header.title("flags of struct ring3_subvolume, bits")
                .constant("RING3_SUBVOLUME_READ_ONLY", SubvolumeFacts.FLAG_READ_ONLY, "nothing in it can be changed")
                .constant("RING3_SUBVOLUME_SNAPSHOT", SubvolumeFacts.FLAG_SNAPSHOT, "it is a snapshot of another");
        cacheConstants(header);
    }

    private static void cacheConstants(HeaderWriter header) {
        header.title("op of struct ring3_cache, with the section that is asked");
        for (CacheOperation operation : CacheOperation.values()) {
            header.constant(operation.constant(), operation.number(), operation.section() + ": " + operation.about());
        }
        header.title("flags of struct ring3_cache, bits")
                .constant("RING3_FOLIO_DIRTY", CacheContext.FLAG_DIRTY, "not written yet")
                .constant("RING3_FOLIO_WRITEBACK", CacheContext.FLAG_WRITEBACK, "being written")
                .constant("RING3_FOLIO_UNCACHED", CacheContext.FLAG_UNCACHED, "there only while it is in use")
                .constant("RING3_FOLIO_READAHEAD", CacheContext.FLAG_READAHEAD, "read ahead, not asked for yet");
        header.title("scope of struct ring3_cache, bits")
                .constant("RING3_SCOPE_NOFS", CacheContext.SCOPE_NOFS, "must not enter the filesystem")
                .constant("RING3_SCOPE_NOIO", CacheContext.SCOPE_NOIO, "must not start input or output");
        header.title("reason of struct ring3_cache")
                .constant("RING3_REASON_BACKGROUND", CacheContext.REASON_BACKGROUND, "ahead of need")
                .constant("RING3_REASON_DIRECT", CacheContext.REASON_DIRECT, "somebody waits for memory")
                .constant("RING3_REASON_SHRINK", CacheContext.REASON_SHRINK, "somebody wishes the pool to be smaller");
        header.title("removal of struct ring3_cache")
                .constant("RING3_REMOVAL_RECLAIM", CacheContext.REMOVAL_RECLAIM, "its memory was wanted")
                .constant("RING3_REMOVAL_DROP_BEHIND", CacheContext.REMOVAL_DROP_BEHIND, "it was there for one use")
                .constant(
                        "RING3_REMOVAL_TRUNCATE", CacheContext.REMOVAL_TRUNCATE, "the file has no such place any more")
                .constant(
                        "RING3_REMOVAL_DIRECT_WRITE",
                        CacheContext.REMOVAL_DIRECT_WRITE,
                        "a direct write took its place")
                .constant("RING3_REMOVAL_INVALIDATE", CacheContext.REMOVAL_INVALIDATE, "it was told to go");
        header.title("pattern of struct ring3_cache")
                .constant("RING3_PATTERN_RANDOM", CacheContext.PATTERN_RANDOM, "from nowhere")
                .constant("RING3_PATTERN_FORWARD", CacheContext.PATTERN_FORWARD, "where an earlier read ended")
                .constant(
                        "RING3_PATTERN_BACKWARD", CacheContext.PATTERN_BACKWARD, "it ends where an earlier read began")
                .constant("RING3_PATTERN_STRIDED", CacheContext.PATTERN_STRIDED, "at the distance of the two before");
        header.title("ends of lists, and where a folio goes")
                .constant("RING3_HEAD", IterateOptions.HEAD, "first")
                .constant("RING3_TAIL", IterateOptions.TAIL, "last")
                .constant("RING3_STAY", IterateOptions.STAY, "where it is");
        header.title("results of callbacks of ring3_list_iterate")
                .constant("RING3_CONTINUE", IterateOptions.CONTINUE, "the folio stays in the cache")
                .constant("RING3_EVICT", IterateOptions.EVICT, "the folio is proposed")
                .constant("RING3_SKIP", IterateOptions.SKIP, "the folio is not moved either")
                .constant("RING3_STOP", IterateOptions.STOP, "this one stays, and no further one is looked at");
    }
}
