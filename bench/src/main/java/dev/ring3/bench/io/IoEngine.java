package dev.ring3.bench.io;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What reads and writes: fio's {@code ioengine}. */
public enum IoEngine {
    PREAD("pread(2) and pwrite(2), called through java.lang.foreign", "psync", "sync"),
    FILECHANNEL("java.nio.channels.FileChannel, with direct buffers"),
    MAPPED("a mapped MemorySegment", "mmap"),
    UNCACHED("preadv2(2) and pwritev2(2) with RWF_DONTCACHE"),
    IO_URING("io_uring(7)"),
    RING3("a volume of Ring3 in this process, through its namespace"),
    RING3_CACHE("Ring3's page cache in this process, over a file of the host"),
    RING3_FUSE("pread(2) on a volume that Ring3 mounts by FUSE"),
    RING3_NFS("a volume that Ring3 exports by NFS, by a client of this tool in the same process"),
    RING3_NFS_MOUNT("pread(2) on a volume that Ring3 exports by NFS, mounted by the kernel's client");

    private final String description;
    private final String aliases;

    IoEngine(String description, String... aliases) {
        this.description = description;
        this.aliases = String.join(", ", aliases);
    }

    /** What it is, in a few words. */
    public String description() {
        return description;
    }

    /** The word of command lines and reports; io_uring has fio's. */
    public String id() {
        return this == IO_URING ? "io_uring" : name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All words. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(IoEngine::id).toList();
    }

    /**
     * Of a word, fio's own names for the same among them.
     *
     * @throws IllegalArgumentException for any other
     */
    public static IoEngine of(String word) {
        for (IoEngine engine : values()) {
            if (engine.id().equals(word)
                    || List.of(engine.aliases.split(", ", -1)).contains(word)) {
                return engine;
            }
        }
        throw new IllegalArgumentException("ioengine=%s; there are %s"
                .formatted(
                        word,
                        Arrays.stream(values())
                                .map(engine -> engine.aliases.isEmpty()
                                        ? engine.id()
                                        : "%s (%s)".formatted(engine.id(), engine.aliases))
                                .collect(Collectors.joining(", "))));
    }
}
