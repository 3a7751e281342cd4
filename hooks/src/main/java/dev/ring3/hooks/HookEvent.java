package dev.ring3.hooks;

import dev.ring3.fs.vfs.HookPoint;
import java.util.Set;

/** What happened to attached objects. */
public sealed interface HookEvent {
    /** The name of the object. */
    String name();

    /** The points of the filesystem where who is asked has changed. */
    Set<HookPoint> points();

    /** It is asked from now on. */
    record Attached(String name, Set<HookPoint> points) implements HookEvent {}

    /** Another object is asked in its place. */
    record Replaced(String name, Set<HookPoint> points) implements HookEvent {}

    /** It is not asked any more, as somebody wished. */
    record Detached(String name, Set<HookPoint> points) implements HookEvent {}

    /**
     * It is not asked any more, because a program failed.
     *
     * @param reason where and why
     * @param failMode what becomes of operations now
     */
    record Failed(String name, Set<HookPoint> points, String reason, FailMode failMode) implements HookEvent {}
}
