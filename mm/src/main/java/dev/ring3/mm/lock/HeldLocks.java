package dev.ring3.mm.lock;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The locks that one thread holds, outermost first. Touched by that thread alone; makes no objects but for reports. */
final class HeldLocks {
    /** Deeper than that is a lock that is never released (Linux's {@code MAX_LOCK_DEPTH}). */
    static final int DEPTH_MAX = 48;

    private final LockClass[] classes = new LockClass[DEPTH_MAX];
    private final AcquireMode[] modes = new AcquireMode[DEPTH_MAX];
    private final boolean[] tried = new boolean[DEPTH_MAX];
    private final @Nullable Object[] instances = new Object[DEPTH_MAX];
    private int depth;

    /** A lock that is held, or about to be, and how. */
    record Held(LockClass lockClass, AcquireMode mode) {
        @Override
        public String toString() {
            return lockClass + " (" + mode + ")";
        }
    }

    int depth() {
        return depth;
    }

    LockClass classAt(int index) {
        return classes[index];
    }

    AcquireMode modeAt(int index) {
        return modes[index];
    }

    /** Whether it was taken without waiting, so that nobody waited for it with others held. */
    boolean wasTriedAt(int index) {
        return tried[index];
    }

    Held at(int index) {
        return new Held(classes[index], modes[index]);
    }

    void push(LockClass lockClass, AcquireMode mode, boolean wasTried, @Nullable Object instance) {
        if (depth == DEPTH_MAX) {
            throw new IllegalStateException(DEPTH_MAX + " locks held, last " + at(depth - 1) + ": never released?");
        }
        classes[depth] = lockClass;
        modes[depth] = mode;
        tried[depth] = wasTried;
        instances[depth] = instance;
        depth++;
    }

    /** Removes the last entry of that class and instance, in whatever order locks are released. */
    @SuppressWarnings("ReferenceEquality") // of locks the identity counts
    void remove(LockClass lockClass, @Nullable Object instance) {
        for (int i = depth - 1; i >= 0; i--) {
            if (classes[i] == lockClass && instances[i] == instance) {
                int above = depth - i - 1;
                if (above > 0) {
                    System.arraycopy(classes, i + 1, classes, i, above);
                    System.arraycopy(modes, i + 1, modes, i, above);
                    System.arraycopy(tried, i + 1, tried, i, above);
                    System.arraycopy(instances, i + 1, instances, i, above);
                }
                depth--;
                instances[depth] = null; // a lock may be garbage now; classes and modes stay anyway
                return;
            }
        }
        throw new IllegalStateException(lockClass + " is released and not held; held: " + this);
    }

    /** Forgets all but the outermost ones. */
    void truncate(int count) {
        while (depth > count) {
            instances[--depth] = null;
        }
    }

    /** Where the last entry for that very lock is, -1 if the thread does not hold it. */
    @SuppressWarnings("ReferenceEquality") // as in remove
    int find(Object instance) {
        for (int i = depth - 1; i >= 0; i--) {
            if (instances[i] == instance) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        List<Held> all = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            all.add(at(i));
        }
        return all.toString();
    }
}
