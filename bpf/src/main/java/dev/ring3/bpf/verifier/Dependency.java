package dev.ring3.bpf.verifier;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a number, or what lies in a stack slot, came from: a node of a graph that leads back to the places in the last
 * checkpoint and, through those, to earlier ones. A mark on a place in a checkpoint says that what was found out behind
 * it depends on it: a decision on the number, a read of the slot.
 *
 * <p>No node, null, stands for what depends on no place in a checkpoint, as a constant in the code.
 */
final class Dependency {
    private boolean marked;
    private @Nullable Dependency first;
    private @Nullable Dependency second;

    private Dependency(@Nullable Dependency first, @Nullable Dependency second) {
        this.first = first;
        this.second = second;
    }

    /** What depends on both; a node that is marked already needs no more. */
    static @Nullable Dependency of(@Nullable Dependency a, @Nullable Dependency b) {
        boolean needsA = a != null && !a.marked;
        boolean needsB = b != null && !b.marked && b != a;
        if (needsA && needsB) {
            return new Dependency(a, b);
        }
        if (needsA) {
            return a;
        }
        return needsB ? b : null;
    }

    /** The node of a place in a new checkpoint. */
    static Dependency place(@Nullable Dependency before) {
        return new Dependency(before == null || before.marked ? null : before, null);
    }

    boolean isMarked() {
        return marked;
    }

    /** Marks the node and all that it came from. Not recursive: paths are long. */
    static void mark(@Nullable Dependency node) {
        if (node == null || node.marked) {
            return;
        }
        ArrayDeque<Dependency> pending = new ArrayDeque<>();
        pending.push(node);
        while (!pending.isEmpty()) {
            Dependency next = pending.pop();
            if (next.marked) {
                continue;
            }
            next.marked = true;
            if (next.first != null) {
                pending.push(next.first);
            }
            if (next.second != null) {
                pending.push(next.second);
            }
            next.first = null;
            next.second = null;
        }
    }
}
