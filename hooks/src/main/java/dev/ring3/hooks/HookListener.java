package dev.ring3.hooks;

/** Is told what happens to attached objects, after it has taken effect, on the thread that caused it. */
@FunctionalInterface
public interface HookListener {
    /** Something happened. Must be quick and must not fail; it may not attach or detach. */
    void happened(HookEvent event);
}
