package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageWord.WORD;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * The recipe of {@link PageReader} under jcstress: a page of two words, a writer that changes both under the page's lock,
 * a reader that copies them and looks again. -1 stands for a copy that was not taken for good. {@code scripts/jcstress}
 * runs both.
 */
public final class SeqlockStress {
    private static final long NOT_TAKEN = -1;

    private SeqlockStress() {}

    /** What both tests share: the index word and the page. */
    private abstract static class Page {
        final long[] index = new long[1];
        final long[] words = new long[2];

        final void fill() {
            words[0] = 1;
            words[1] = 1;
        }

        static void tell(JJ_Result result, boolean taken, long first, long second) {
            result.r1 = taken ? first : NOT_TAKEN;
            result.r2 = taken ? second : NOT_TAKEN;
        }
    }

    /** As it is done: acquire, copy, a fence, look again. */
    @JCStressTest
    @Outcome(id = {"0, 0", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "one state of the page")
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "seen to have changed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "torn")
    @State
    public static class Recipe extends Page {
        @Actor
        public void write() {
            long word = index[0];
            if (PageLocks.tryLock(index, 0, word)) {
                fill();
                WORD.setRelease(index, 0, PageWord.nextVersion(word));
            }
        }

        @Actor
        public void read(JJ_Result result) {
            long word = (long) WORD.getAcquire(index, 0);
            long first = words[0];
            long second = words[1];
            VarHandle.loadLoadFence();
            boolean taken = !PageWord.isLocked(word) && (long) WORD.getOpaque(index, 0) == word;
            tell(result, taken, first, second);
        }
    }

    /** The control, which must tear: the same with plain accesses, without acquire and fence. */
    @JCStressTest
    @Outcome(id = {"0, 0", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "one state of the page")
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "seen to have changed")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "torn, as it should be seen to be")
    @State
    public static class Control extends Page {
        @Actor
        public void write() {
            long word = index[0];
            index[0] = word | PageWord.LOCKED;
            fill();
            index[0] = PageWord.nextVersion(word);
        }

        @Actor
        public void read(JJ_Result result) {
            long word = index[0];
            long first = words[0];
            long second = words[1];
            boolean taken = !PageWord.isLocked(word) && index[0] == word;
            tell(result, taken, first, second);
        }
    }
}
