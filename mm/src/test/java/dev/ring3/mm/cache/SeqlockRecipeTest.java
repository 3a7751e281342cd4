package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageWord.WORD;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The recipe of {@link PageReader} on words alone: acquire, copy, a fence, look again. The control leaves out acquire and
 * fence; then the compiler may order the copy as it likes, and it does.
 */
class SeqlockRecipeTest {
    private static final int WORDS = 64;
    private static final long NANOS = 1_500_000_000L;
    private static final long CONTROL_NANOS_MAX = 30_000_000_000L;

    private final long[] index = new long[1];
    private final long[] page = new long[WORDS];
    private volatile boolean ending;

    @Test
    void read_byTheRecipe_isNeverTorn() throws InterruptedException {
        assertThat(tornReads(true, NANOS)).isZero();
    }

    @Test
    void read_withoutAcquireAndFence_isTorn() throws InterruptedException {
        assertThat(tornReads(false, CONTROL_NANOS_MAX)).isPositive();
    }

    /** Reads that were taken for good and are not; ends at the first. */
    private long tornReads(boolean recipe, long nanosMax) throws InterruptedException {
        Thread writer = Thread.ofPlatform().start(recipe ? this::writeByTheRecipe : this::writePlainly);
        long torn = 0;
        long end = System.nanoTime() + nanosMax;
        while (torn == 0 && System.nanoTime() < end) {
            torn = recipe ? readByTheRecipe() : readPlainly();
        }
        ending = true;
        writer.join();
        return torn;
    }

    private void writeByTheRecipe() {
        for (long value = 1; !ending; value++) {
            long word = index[0];
            if (PageLocks.tryLock(index, 0, word)) {
                Arrays.fill(page, value);
                WORD.setRelease(index, 0, PageWord.nextVersion(word));
            }
            pause();
        }
    }

    private void writePlainly() {
        for (long value = 1; !ending; value++) {
            long word = index[0];
            index[0] = word | PageWord.LOCKED;
            Arrays.fill(page, value);
            index[0] = PageWord.nextVersion(word);
            pause();
        }
    }

    /** So that readers find the word unlocked now and then. */
    private static void pause() {
        for (int i = 0; i < 10; i++) {
            Thread.onSpinWait();
        }
    }

    private long readByTheRecipe() {
        long torn = 0;
        for (int turn = 0; turn < 10_000; turn++) {
            long word = (long) WORD.getAcquire(index, 0);
            long differences = differences();
            VarHandle.loadLoadFence();
            if (!PageWord.isLocked(word) && (long) WORD.getOpaque(index, 0) == word && differences != 0) {
                torn++;
            }
        }
        return torn;
    }

    private long readPlainly() {
        long torn = 0;
        for (int turn = 0; turn < 10_000; turn++) {
            long word = index[0];
            long differences = differences();
            if (!PageWord.isLocked(word) && index[0] == word && differences != 0) {
                torn++;
            }
        }
        return torn;
    }

    /** 0 if all words of the page are the same. */
    private long differences() {
        long differences = 0;
        for (int i = 1; i < WORDS; i++) {
            differences |= page[i] ^ page[0];
        }
        return differences;
    }
}
