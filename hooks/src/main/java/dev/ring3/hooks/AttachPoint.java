package dev.ring3.hooks;

import dev.ring3.bpf.hook.CacheOperation;
import dev.ring3.fs.vfs.HookPoint;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where programs attach: the points of the filesystem, the end of a process, what a policy of the page cache has. */
enum AttachPoint {
    LOOKUP(HookPoint.LOOKUP),
    OPEN(HookPoint.OPEN),
    READ(HookPoint.READ),
    WRITE(HookPoint.WRITE),
    CREATE(HookPoint.CREATE),
    RENAME(HookPoint.RENAME),
    UNLINK(HookPoint.UNLINK),
    SETATTR(HookPoint.SETATTR),
    SNAPSHOT(HookPoint.SNAPSHOT),
    PROCESS_EXIT("proc/exit"),
    CACHE_INIT(CacheOperation.INIT),
    CACHE_ADDED(CacheOperation.ADDED),
    CACHE_ACCESSED(CacheOperation.ACCESSED),
    CACHE_REMOVED(CacheOperation.REMOVED),
    CACHE_EVICT(CacheOperation.EVICT),
    CACHE_ADMIT(CacheOperation.ADMIT),
    CACHE_READAHEAD(CacheOperation.READAHEAD),
    CACHE_EXIT(CacheOperation.EXIT);

    private final String section;
    private final @Nullable HookPoint ofFilesystem;
    private final @Nullable CacheOperation ofCache;

    AttachPoint(HookPoint ofFilesystem) {
        this.section = ofFilesystem.section();
        this.ofFilesystem = ofFilesystem;
        this.ofCache = null;
    }

    AttachPoint(CacheOperation ofCache) {
        this.section = ofCache.section();
        this.ofFilesystem = null;
        this.ofCache = ofCache;
    }

    AttachPoint(String section) {
        this.section = section;
        this.ofFilesystem = null;
        this.ofCache = null;
    }

    /** The point of the filesystem, if it is one. */
    Optional<HookPoint> ofFilesystem() {
        return Optional.ofNullable(ofFilesystem);
    }

    /** What the page cache tells or asks its policy there, if it is such a point. */
    Optional<CacheOperation> ofCache() {
        return Optional.ofNullable(ofCache);
    }

    static AttachPoint of(HookPoint point) {
        return switch (point) {
            case LOOKUP -> LOOKUP;
            case OPEN -> OPEN;
            case READ -> READ;
            case WRITE -> WRITE;
            case CREATE -> CREATE;
            case RENAME -> RENAME;
            case UNLINK -> UNLINK;
            case SETATTR -> SETATTR;
            case SNAPSHOT -> SNAPSHOT;
        };
    }

    /** All sections, for messages. */
    static String sections() {
        return Arrays.stream(values()).map(point -> point.section).collect(Collectors.joining(", "));
    }

    /** The point of a section, of which further parts only tell programs apart: {@code fs/open/second}. */
    static Optional<AttachPoint> ofSection(String section) {
        for (AttachPoint point : values()) {
            if (section.equals(point.section) || section.startsWith(point.section + "/")) {
                return Optional.of(point);
            }
        }
        return Optional.empty();
    }
}
