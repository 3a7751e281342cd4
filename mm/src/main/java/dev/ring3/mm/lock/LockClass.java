package dev.ring3.mm.lock;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the locks of one kind have in common: all inode locks are one class. The order of locks is an order of classes.
 * Usually a constant. (Linux, {@code struct lock_class_key}.)
 */
public final class LockClass {
    /** How many levels locks of one class may be nested in. */
    public static final int NESTING_MAX = 8;

    private static final AtomicInteger NEXT_ID = new AtomicInteger();

    private final String name;
    private final int id = NEXT_ID.getAndIncrement();
    private final @Nullable LockClass[] nested = new LockClass[NESTING_MAX]; // itself

    private LockClass(String name) {
        this.name = name;
    }

    /** A new class; the name is for reports alone, two classes of one name are two. */
    public static LockClass named(String name) {
        return new LockClass(name);
    }

    /**
     * The class for a lock of this kind that is taken while another one is held, in an order that the code has: parent
     * before child. Level 0 is this.
     */
    public LockClass nested(int level) {
        if (level == 0) {
            return this;
        }
        synchronized (nested) {
            LockClass found = nested[level];
            if (found == null) {
                found = new LockClass(name + "/" + level);
                nested[level] = found;
            }
            return found;
        }
    }

    /** What reports call it. */
    public String name() {
        return name;
    }

    int id() {
        return id;
    }

    @Override
    public String toString() {
        return name;
    }
}
