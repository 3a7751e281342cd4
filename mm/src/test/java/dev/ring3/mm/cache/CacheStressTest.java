package dev.ring3.mm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every read of a page yields one version of it, and not too old a one, whatever else goes on: see {@link StressRun}.
 * {@code -Dring3.long=true} verifies 10 million reads, {@code -Dring3.stress.reads=N} 2 N. Replay a seed with {@code mvn -pl mm test -Dtest=CacheStressTest
 * -Dring3.stress.seed=N}; the schedule is the machine's.
 */
class CacheStressTest {
    private static final long SEED = Long.getLong("ring3.stress.seed", System.nanoTime());
    private static final long READS =
            Long.getLong("ring3.stress.reads", Boolean.getBoolean("ring3.long") ? 5_000_000 : 60_000);

    @ParameterizedTest
    @ValueSource(ints = {16, 96})
    void read_farMorePagesThanFrames_isNeverWrong(int frames) {
        StressRun.Plan plan = new StressRun.Plan(frames, 2, frames * 20, 3, 2, READS, SEED);
        StressRun.Outcome outcome = StressRun.run(plan, AddressSpace::read);
        assertThat(outcome.fault())
                .as("%s; replay with -Dring3.stress.seed=%d", outcome, SEED)
                .isNull();
        assertThat(outcome.reads()).isGreaterThanOrEqualTo(READS);
        assertThat(outcome.statistics().removals().get(RemovalReason.RECLAIM))
                .as("evictions")
                .isGreaterThan(1000);
        assertThat(outcome.statistics().retries()).as("retries").isPositive();
    }

    /** The control: without the second look at the word, the harness must find wrong reads. */
    @Test
    void read_withoutTheSecondLook_isFoundWrong() {
        StressRun.Plan plan = new StressRun.Plan(16, 2, 320, 3, 2, 20_000_000, SEED);
        StressRun.Outcome outcome = StressRun.run(plan, CacheStressTest::readWithoutSecondLook);
        assertThat(outcome.fault())
                .as("%s", outcome)
                .isInstanceOf(String.class)
                .asString()
                .startsWith("page ");
    }

    /** As {@link PageReader} does it for a page in memory, but that what was copied is taken as it is. */
    private static long readWithoutSecondLook(AddressSpace file, long offset, MemorySegment into) throws IOException {
        long[] leaf = file.table().leaf(offset >>> PageTable.PAGE_SHIFT);
        long word = leaf == null
                ? 0
                : (long) PageWord.WORD.getAcquire(leaf, PageTable.slot(offset >>> PageTable.PAGE_SHIFT));
        if (!PageWord.isPresent(word) || PageWord.isLocked(word) || offset + into.byteSize() > file.size()) {
            return file.read(offset, into);
        }
        MemorySegment.copy(file.memory(), PageWord.positionOf(word), into, 0, into.byteSize());
        return into.byteSize();
    }
}
