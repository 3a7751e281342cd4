package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuddyTest {
    private record Run(long frame, int log2) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 16, 511, 512, 513, 1_000, 5_000})
    void runs_takenAndGivenBackAtRandom_neverOverlapAndAllReturn(long frames) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Buddy buddy = new Buddy(frames);
        BitSet taken = new BitSet();
        List<Run> out = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            if (random.nextBoolean() || out.isEmpty()) {
                int log2 = random.nextInt(10);
                long frame = buddy.take(log2);
                if (frame >= 0) {
                    int from = (int) frame;
                    int to = from + (1 << log2);
                    assertThat(frame % (1L << log2))
                            .as("alignment, seed %d", seed)
                            .isZero();
                    assertThat(to).isLessThanOrEqualTo((int) frames);
                    assertThat(taken.get(from, to).isEmpty())
                            .as("overlap, seed %d", seed)
                            .isTrue();
                    taken.set(from, to);
                    out.add(new Run(frame, log2));
                }
            } else {
                Run run = out.remove(random.nextInt(out.size()));
                buddy.give(run.frame(), run.log2());
                taken.clear((int) run.frame(), (int) run.frame() + (1 << run.log2()));
            }
            assertThat(buddy.freeFrames()).as("seed %d", seed).isEqualTo(frames - taken.cardinality());
        }
        out.forEach(run -> buddy.give(run.frame(), run.log2()));
        assertThat(buddy.freeFrames()).isEqualTo(frames);
        assertThat(buddy.longestRunFrames()).isEqualTo(Math.min(512, Long.highestOneBit(frames)));
    }

    @Test
    void take_oneFrame_splitsAndLeavesTheRest() {
        Buddy buddy = new Buddy(512);
        assertThat(buddy.take(0)).isZero();
        assertThat(buddy.longestRunFrames()).isEqualTo(256);
        assertThat(buddy.take(9)).isEqualTo(-1);
        assertThat(buddy.take(4)).isEqualTo(16);
        assertThat(buddy.take(0)).isEqualTo(1);
        buddy.give(1, 0);
        buddy.give(16, 4);
        buddy.give(0, 0);
        assertThat(buddy.longestRunFrames()).isEqualTo(512);
    }
}
