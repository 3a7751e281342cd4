package dev.ring3.mm;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Small stacks of free single frames before the free lists, one for some of the threads each, so that threads seldom
 * meet. A magazine that is in use by another thread is passed over, never waited for. The frames in them count as free,
 * but not towards the watermarks. (Bonwick and Adams 2001; Linux's per-CPU page lists.)
 */
final class Magazines {
    private static final int CAPACITY_MAX = 64;
    private static final int CAPACITY_MIN = 8;

    /** Magazines hold at most this part of all frames together. */
    private static final int SHARE_OF_FRAMES = 16;

    private final FreeFrames free;
    private final long lowFrames;
    private final int capacity;
    private final Magazine[] magazines;

    /** @param lowFrames magazines fill themselves from what is free above it, and keep nothing while less is free */
    Magazines(FreeFrames free, long frames, long lowFrames) {
        this.free = free;
        this.lowFrames = lowFrames;
        int stripes =
                Integer.highestOneBit(Math.min(64, 2 * Runtime.getRuntime().availableProcessors()));
        long share = frames / SHARE_OF_FRAMES / stripes;
        // On a small pool none: a frame in another thread's magazine would be missed.
        this.capacity = share < CAPACITY_MIN ? 0 : (int) Math.min(CAPACITY_MAX, share);
        this.magazines = new Magazine[capacity == 0 ? 0 : stripes];
        for (int i = 0; i < magazines.length; i++) {
            magazines[i] = new Magazine(capacity);
        }
    }

    /** A free frame, or -1: none here, or the magazine is in use. */
    long take() {
        if (capacity == 0) {
            return FrameAllocator.NO_FRAME;
        }
        Magazine magazine = ours();
        if (!magazine.enter()) {
            return FrameAllocator.NO_FRAME;
        }
        try {
            if (magazine.count == 0) {
                magazine.count = free.takePages(magazine.pages, capacity / 2, lowFrames);
            }
            return magazine.count == 0 ? FrameAllocator.NO_FRAME : magazine.pages[--magazine.count];
        } finally {
            magazine.leave();
        }
    }

    /** Keeps a free frame; false if it has to go to the free lists. */
    boolean give(long frame) {
        if (capacity == 0 || free.hasWaiters() || free.count() < lowFrames) {
            return false;
        }
        Magazine magazine = ours();
        if (!magazine.enter()) {
            return false;
        }
        try {
            if (magazine.count == capacity) {
                free.givePages(magazine.pages, capacity / 2, capacity);
                magazine.count = capacity / 2;
            }
            magazine.pages[magazine.count++] = (int) frame;
            return true;
        } finally {
            magazine.leave();
        }
    }

    /** Empties all of them into the free lists, but for those in use at this moment. */
    void drain() {
        for (Magazine magazine : magazines) {
            if (magazine.enter()) {
                try {
                    free.givePages(magazine.pages, 0, magazine.count);
                    magazine.count = 0;
                } finally {
                    magazine.leave();
                }
            }
        }
    }

    /** How many frames are in them, about. */
    long count() {
        long count = 0;
        for (Magazine magazine : magazines) {
            count += magazine.count;
        }
        return count;
    }

    private Magazine ours() {
        long id = Thread.currentThread().threadId();
        return magazines[(int) (id ^ id >>> 6) & magazines.length - 1];
    }

    private static final class Magazine {
        private final AtomicBoolean busy = new AtomicBoolean();
        private final int[] pages;
        private int count; // written by the thread that made busy true

        private Magazine(int capacity) {
            pages = new int[capacity];
        }

        private boolean enter() {
            return busy.compareAndSet(false, true);
        }

        private void leave() {
            busy.set(false);
        }
    }
}
