package dev.ring3.hooks;

import org.jspecify.annotations.Nullable;

/**
 * One in a chain of those who are asked.
 *
 * @param program who; null for an object that has failed and refuses everything
 */
record ChainLink(AttachedObject object, @Nullable HookProgram program) {
    boolean observes() {
        return object.isObserveOnly();
    }
}
