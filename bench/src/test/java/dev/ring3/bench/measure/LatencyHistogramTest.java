package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    @Test
    void percentile_ofManyTimes_isWithinAHundredthOfTheTruth() {
        Random random = new Random(5);
        LatencyHistogram histogram = new LatencyHistogram();
        long[] times = new long[50_000];
        for (int i = 0; i < times.length; i++) {
            times[i] = (long) Math.exp(random.nextDouble() * 25);
            histogram.record(times[i], 1);
        }
        Arrays.sort(times);
        for (double percent : LatencyHistogram.PERCENTILES) {
            long truth = times[(int) Math.ceil(times.length * percent / 100) - 1];
            assertThat((double) histogram.percentile(percent)).isCloseTo((double) truth, within(truth / 100.0 + 1));
        }
        assertThat(histogram.least()).isEqualTo(times[0]);
        assertThat(histogram.most()).isEqualTo(times[times.length - 1]);
        assertThat(histogram.mean()).isCloseTo(Arrays.stream(times).average().orElseThrow(), within(1.0));
    }

    @Test
    void text_parsed_isTheSame() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(7, 64);
        histogram.record(123_456_789, 1);
        LatencyHistogram parsed = LatencyHistogram.parse(histogram.text());
        assertThat(parsed.text()).isEqualTo(histogram.text());
        assertThat(parsed.count()).isEqualTo(65);
        assertThat(parsed.percentile(50)).isEqualTo(7);
        assertThat(LatencyHistogram.parse(new LatencyHistogram().text()).count())
                .isZero();
    }

    @Test
    void add_ofTwoThreads_countsBoth() {
        LatencyHistogram one = new LatencyHistogram();
        one.record(100, 3);
        LatencyHistogram other = new LatencyHistogram();
        other.record(5_000, 1);
        one.add(other);
        assertThat(one.count()).isEqualTo(4);
        assertThat(one.between(4_000, 6_000)).isEqualTo(1);
        assertThat(one.between(0, 1_000)).isEqualTo(3);
    }

    @Test
    void record_theLongestTimeThereIs_isKept() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(Long.MAX_VALUE, 1);
        assertThat(histogram.percentile(99)).isEqualTo(Long.MAX_VALUE);
    }
}
