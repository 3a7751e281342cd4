package dev.ring3.hooks;

import dev.ring3.fs.vfs.HookPoint;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where programs attach: the points of the filesystem, and the end of a process. */
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
    PROCESS_EXIT(null);

    private static final String EXIT_SECTION = "proc/exit";

    private final @Nullable HookPoint ofFilesystem;

    AttachPoint(@Nullable HookPoint ofFilesystem) {
        this.ofFilesystem = ofFilesystem;
    }

    /** The point of the filesystem; empty for the end of a process. */
    Optional<HookPoint> ofFilesystem() {
        return Optional.ofNullable(ofFilesystem);
    }

    private String section() {
        return ofFilesystem == null ? EXIT_SECTION : ofFilesystem.section();
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
        return Arrays.stream(values()).map(AttachPoint::section).collect(Collectors.joining(", "));
    }

    /** The point of a section, of which further parts only tell programs apart: {@code fs/open/second}. */
    static Optional<AttachPoint> ofSection(String section) {
        for (AttachPoint point : values()) {
            if (section.equals(point.section()) || section.startsWith(point.section() + "/")) {
                return Optional.of(point);
            }
        }
        return Optional.empty();
    }
}
