package dev.ring3.mm;

/**
 * Free runs of frames, by the buddy method: a run has a power of two of frames and starts at a multiple of it; a run
 * given back joins its other half if that is free too. The least address goes first, which keeps free memory together.
 * (Knowlton 1965; Linux, {@code mm/page_alloc.c}.) Not thread-safe.
 */
final class Buddy {
    private static final int LOG2_MAX = FolioOrder.HUGE.log2Frames();

    /** By the logarithm of the length: number n in the set stands for a free run that starts at frame n times length. */
    private final FrameBitmap[] freeRuns = new FrameBitmap[LOG2_MAX + 1];

    private long freeFrames;

    /** All of {@code frames} free. */
    Buddy(long frames) {
        for (int log2 = 0; log2 <= LOG2_MAX; log2++) {
            freeRuns[log2] = new FrameBitmap(frames >>> log2);
        }
        long frame = 0;
        for (int log2 = LOG2_MAX; log2 >= 0; log2--) {
            for (; frame + (1L << log2) <= frames; frame += 1L << log2) {
                freeRuns[log2].add(frame >>> log2);
            }
        }
        freeFrames = frames;
    }

    long freeFrames() {
        return freeFrames;
    }

    /** The length of the longest free run, 0 if there is none. */
    long longestRunFrames() {
        for (int log2 = LOG2_MAX; log2 >= 0; log2--) {
            if (freeRuns[log2].least() >= 0) {
                return 1L << log2;
            }
        }
        return 0;
    }

    /** The first frame of a run, which is no longer free; -1 if there is none that long. */
    long take(int log2) {
        for (int from = log2; from <= LOG2_MAX; from++) {
            long run = freeRuns[from].least();
            if (run >= 0) {
                freeRuns[from].remove(run);
                for (int half = from - 1; half >= log2; half--) {
                    run <<= 1;
                    freeRuns[half].add(run + 1);
                }
                freeFrames -= 1L << log2;
                return run << log2;
            }
        }
        return -1;
    }

    /** Gives a run back that {@link #take} gave out. */
    void give(long frame, int log2) {
        long run = frame >>> log2;
        freeFrames += 1L << log2;
        int length = log2;
        while (length < LOG2_MAX && freeRuns[length].contains(run ^ 1)) {
            freeRuns[length].remove(run ^ 1);
            run >>>= 1;
            length++;
        }
        freeRuns[length].add(run);
    }
}
