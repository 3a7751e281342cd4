package dev.ring3.bpf.hook;

import dev.ring3.bpf.type.HeaderWriter;

/** Writes {@code ring3.h}. */
final class HookHeader {
    private HookHeader() {}

    static String text() {
        HeaderWriter header = new HeaderWriter(
                "RING3_H",
                "ring3.h: what programs that attach to Ring3 are called with, and what they may call. Generated."
                        + " Compile with -g, so that the program also runs where the structures have grown.");
        constants(header);
        header.struct(FsContext.TYPE, FsContext.comments());
        header.struct(CacheContext.TYPE, CacheContext.comments());
        ProgramHeader.helpers(header, HookTypes.CACHE.functions());
        return header.external(
                        HookTypes.DATA_READ,
                        "Copies from the data that a write brings, so many bytes after its start. Returns how many bytes"
                                + " it copied, fewer at the end of the data, or a negative errno.")
                .text();
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
                .constant("RING3_ATTRIBUTE_MTIME", FsContext.ATTRIBUTE_MTIME, "time of the last write");
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
                .constant("RING3_REASON_SHRINK", CacheContext.REASON_SHRINK, "the pool gets smaller");
    }
}
