package dev.ring3.mm.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The index word of a page: where it is, and the version that makes it a sequence lock.
 *
 * <pre>
 * bits  0..27  number of the page's frame plus 1; 0: not in memory
 * bit   28     LOCKED: somebody may be changing the page or this word; with no frame: it is being brought in
 * bit   29     DIRTY: newer than the backing, and accounted so; a writer may just write
 * bit   30     WRITEBACK: on its way to the backing, immutable until it has arrived
 * bit   31     WAITER: somebody is parked for this page; who wants the lock has to queue
 * bits 32..63  version, one more after every change of the content, and when the page leaves or comes
 * </pre>
 *
 * <p>A word is changed only by who holds LOCKED, but for WAITER, and but for the single compare-and-set that takes a
 * clean page away. The version survives the page, so the reuse of a frame cannot look like no change. A reader is fooled
 * only if it stops between its two looks for exactly a multiple of 2^32 writes to this page, over a minute each.
 */
final class PageWord {
    /** Elements of leaves, which are arrays of long. */
    static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    static final int FRAME_MASK = (1 << 28) - 1;
    static final int LOCKED_INT = 1 << 28;
    static final long LOCKED = LOCKED_INT;
    static final long DIRTY = 1L << 29;
    static final long WRITEBACK = 1L << 30;
    static final long WAITER = 1L << 31;
    static final long VERSION_ONE = 1L << 32;

    private static final long VERSION_MASK = -VERSION_ONE;

    /** Who finds these bits so may take the lock and write without another thought. */
    private static final long WRITABLE_MASK = LOCKED | DIRTY | WRITEBACK | WAITER;

    private PageWord() {}

    /** The frame's number plus 1; 0 if the page is not in memory. */
    static int frameOf(long word) {
        return (int) word & FRAME_MASK;
    }

    static boolean isPresent(long word) {
        return frameOf(word) != 0;
    }

    static boolean isLocked(long word) {
        return (word & LOCKED) != 0;
    }

    static boolean isDirty(long word) {
        return (word & DIRTY) != 0;
    }

    static boolean isUnderWriteback(long word) {
        return (word & WRITEBACK) != 0;
    }

    /** Present, dirty already, and nobody has it or waits for it. */
    static boolean isWritable(long word) {
        return (word & WRITABLE_MASK) == DIRTY && isPresent(word);
    }

    /** Neither in memory nor being brought in. */
    static boolean isAbsent(long word) {
        return (word & (FRAME_MASK | LOCKED)) == 0;
    }

    /** The same page after a change of its content. */
    static long nextVersion(long word) {
        return word + VERSION_ONE;
    }

    /** No page there any more, unlocked, in the next version. */
    static long gone(long word) {
        return (word & VERSION_MASK) + VERSION_ONE;
    }

    /** A page there now, unlocked, in the next version. */
    static long arrived(long word, int framePlusOne, long state) {
        return gone(word) | framePlusOne | state;
    }

    /** Where the bytes of a present page begin in the frames' memory. */
    static long positionOf(long word) {
        return ((long) frameOf(word) - 1) << PageTable.PAGE_SHIFT;
    }
}
