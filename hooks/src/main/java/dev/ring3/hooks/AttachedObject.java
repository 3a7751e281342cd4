package dev.ring3.hooks;

import dev.ring3.bpf.BpfObject;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.HookPoint;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An object that is attached, with how it is kept. Immutable but for its end, which comes once. */
final class AttachedObject {
    private final StoredHook stored;
    private final @Nullable BpfObject object;
    private final List<HookProgram> programs = new ArrayList<>(); // not changed after construction

    // Set once, before the object is closed.
    private volatile boolean closed;

    /** An object that was loaded. */
    AttachedObject(StoredHook stored, BpfObject object) {
        this.stored = stored;
        this.object = object;
        object.programs().forEach(program -> {
            String section = object.section(program.name());
            AttachPoint point = AttachPoint.ofSection(section)
                    .orElseThrow(() -> new IllegalStateException("a program for section " + section));
            programs.add(new HookProgram(program, section, point, this));
        });
    }

    /** An object that has failed: nothing of it runs. */
    AttachedObject(StoredHook failed) {
        this.stored = failed;
        this.object = null;
    }

    /** What is left of this once a program of it has failed. */
    AttachedObject failed(String reason) {
        return new AttachedObject(stored.withFailure(reason));
    }

    String name() {
        return stored.name();
    }

    StoredHook stored() {
        return stored;
    }

    List<HookProgram> programs() {
        return programs;
    }

    /** What it was loaded as; null if it has failed. */
    @Nullable
    BpfObject object() {
        return object;
    }

    boolean isObserveOnly() {
        return stored.observeOnly();
    }

    boolean hasFailed() {
        return stored.failure().isPresent();
    }

    /** Whether it refuses what it was to decide on, because it has failed. */
    boolean refusesAll() {
        return hasFailed() && stored.failMode() == FailMode.CLOSED && !isObserveOnly();
    }

    /** Where its programs are asked. */
    Set<AttachPoint> points() {
        Set<AttachPoint> points = EnumSet.noneOf(AttachPoint.class);
        stored.sections().forEach(section -> AttachPoint.ofSection(section).ifPresent(points::add));
        return points;
    }

    /** Whether it is a policy of the page cache. */
    boolean isCachePolicy() {
        return points().stream().anyMatch(point -> point.ofCache().isPresent());
    }

    /** Where in the filesystem its programs are asked. */
    Set<HookPoint> filesystemPoints() {
        Set<HookPoint> points = EnumSet.noneOf(HookPoint.class);
        points().forEach(point -> point.ofFilesystem().ifPresent(points::add));
        return points;
    }

    /**
     * Whether it is asked about a subvolume.
     *
     * @param isWithin whether that is, or lies in, another
     */
    boolean covers(Predicate<SubvolumeId> isWithin) {
        return switch (stored.scope()) {
            case Scope.Server() -> true;
            case Scope.Subvolume(SubvolumeId id) -> isWithin.test(id);
        };
    }

    /** No run of it begins any more; those that began finish. */
    void close() {
        closed = true;
        if (object != null) {
            object.close();
        }
    }

    boolean isClosed() {
        return closed;
    }

    AttachmentInfo info() {
        return new AttachmentInfo(
                stored.name(),
                stored.scope(),
                stored.order(),
                stored.observeOnly(),
                stored.failMode(),
                stored.since(),
                stored.failure(),
                programs.stream().map(HookProgram::info).toList());
    }
}
