package dev.ring3.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyScaleTest {
    @Test
    void classes_followEachOtherWithoutGap() {
        long begin = 0;
        for (int i = 0; i < LatencyScale.CLASSES - 1; i++) {
            long end = LatencyScale.endNanos(i);
            assertThat(LatencyScale.classOf(begin)).isEqualTo(i);
            assertThat(LatencyScale.classOf(end - 1)).isEqualTo(i);
            assertThat(LatencyScale.classOf(end)).isEqualTo(i + 1);
            begin = end;
        }
        assertThat(LatencyScale.classOf(Long.MAX_VALUE)).isEqualTo(LatencyScale.CLASSES - 1);
        assertThat(begin).isEqualTo(1L << 33);
    }

    @Test
    void quantile_isAtMostHalfAbove() {
        Random random = new Random(1);
        long[] counts = new long[LatencyScale.CLASSES];
        long[] times = random.longs(1001, 300, 1_000_000).sorted().toArray();
        for (long time : times) {
            counts[LatencyScale.classOf(time)]++;
        }
        for (double share : new double[] {0.01, 0.5, 0.99}) {
            double exact = times[(int) (share * 1000)];
            assertThat((double) LatencyScale.quantileNanos(counts, share)).isBetween(exact, exact * 1.5);
        }
    }

    @Test
    void quantile_ofNothing_isZero() {
        assertThat(LatencyScale.quantileNanos(new long[LatencyScale.CLASSES], 0.5))
                .isZero();
    }
}
