package dev.ring3.bpf.verifier;

import org.jspecify.annotations.Nullable;

/** A state that is kept to be compared with, and its place in the tree of all paths. */
final class Checkpoint {
    final State state;
    final @Nullable Checkpoint parent;
    /** The nearest checkpoint on the path here at which a loop is bounded by the runtime alone; may be this one. */
    final @Nullable Checkpoint loop;

    /** Paths that lead on from here and have not ended. */
    int openPaths = 1;

    int hits;
    int misses;

    Checkpoint(State state, @Nullable Checkpoint parent, boolean isLoop) {
        this.state = state;
        this.parent = parent;
        this.loop = isLoop ? this : parent == null ? null : parent.loop;
    }

    boolean isComplete() {
        return openPaths == 0;
    }

    /**
     * Whether the marks on the state's dependencies are final. They are not while a loop around it is being explored: a
     * path that ended because it came back to the loop's start has not told yet what it depends on.
     */
    boolean isSettled() {
        for (Checkpoint at = loop; at != null; at = at.parent == null ? null : at.parent.loop) {
            if (at != this && !at.isComplete()) {
                return false;
            }
        }
        return true;
    }
}
