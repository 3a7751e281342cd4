package dev.ring3.mm.lock;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The locks that one thread holds, outermost first. Touched by that thread alone. */
final class HeldLocks {
    /** Deeper than that is a lock that is never released (Linux's {@code MAX_LOCK_DEPTH}). */
    static final int DEPTH_MAX = 48;

    /** @param tried whether it was taken without waiting, so that nobody waited for it with others held */
    record Held(
            LockClass lockClass,
            AcquireMode mode,
            boolean tried,
            @Nullable Object instance) {
        @SuppressWarnings("ReferenceEquality") // of locks the identity counts
        boolean isOf(@Nullable Object other) {
            return instance == other;
        }

        String describe() {
            return lockClass + " (" + mode + ")";
        }
    }

    private final @Nullable Held[] stack = new Held[DEPTH_MAX];
    private int depth;

    int depth() {
        return depth;
    }

    Held get(int index) {
        Held held = stack[index];
        if (held == null) {
            throw new IllegalStateException("no lock held at " + index);
        }
        return held;
    }

    void push(Held held) {
        if (depth == DEPTH_MAX) {
            throw new IllegalStateException(DEPTH_MAX + " locks held, last " + held.describe() + ": never released?");
        }
        stack[depth++] = held;
    }

    /** Removes the last entry of that class and instance, in whatever order locks are released. */
    void remove(LockClass lockClass, @Nullable Object instance) {
        for (int i = depth - 1; i >= 0; i--) {
            Held held = get(i);
            if (held.lockClass() == lockClass && held.isOf(instance)) {
                System.arraycopy(stack, i + 1, stack, i, depth - i - 1);
                stack[--depth] = null;
                return;
            }
        }
        throw new IllegalStateException(lockClass + " is released and not held; held: " + this);
    }

    /** Forgets all but the outermost ones. */
    void truncate(int count) {
        Arrays.fill(stack, count, depth, null);
        depth = count;
    }

    /** The last entry for that very lock, null if the thread does not hold it. */
    @Nullable
    Held find(Object instance) {
        for (int i = depth - 1; i >= 0; i--) {
            if (get(i).isOf(instance)) {
                return get(i);
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return Arrays.stream(stack, 0, depth)
                .map(held -> held == null ? "" : held.describe())
                .toList()
                .toString();
    }
}
