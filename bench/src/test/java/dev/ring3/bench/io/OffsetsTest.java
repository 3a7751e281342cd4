package dev.ring3.bench.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetsTest {
    private static IoJob job(String... options) {
        Map<String, String> all = new LinkedHashMap<>(IoJob.DEFAULT.options());
        for (String option : options) {
            all.put(option.replaceFirst("=.*", ""), option.replaceFirst("[^=]*=", ""));
        }
        return IoJob.parse(all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" ")));
    }

    private static long[] offsets(IoJob job, int thread, int count) {
        long[] offsets = new long[count];
        new Offsets(job, thread).fill(offsets, count);
        return offsets;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000, 1024, 4097})
    void randomMap_everyBlock_comesOnceBeforeOneComesAgain(int blocks) {
        IoJob job = job("size=" + blocks * 512L, "bs=512", "rw=randread");
        long[] twice = offsets(job, 0, 2 * blocks);
        long[] all = LongStream.range(0, blocks).map(block -> block * 512).toArray();
        assertThat(Arrays.stream(twice, 0, blocks).sorted().toArray()).isEqualTo(all);
        assertThat(Arrays.stream(twice, blocks, 2 * blocks).sorted().toArray()).isEqualTo(all);
        if (blocks > 100) {
            assertThat(Arrays.copyOf(twice, blocks)).isNotEqualTo(all);
            assertThat(Arrays.copyOf(twice, blocks)).isNotEqualTo(Arrays.copyOfRange(twice, blocks, 2 * blocks));
        }
    }

    @Test
    void sequential_severalThreads_beginApartAndGoRound() {
        IoJob job = job("size=4096", "bs=512", "rw=read", "numjobs=2");
        assertThat(offsets(job, 0, 9)).startsWith(0, 512, 1024).endsWith(3584, 0);
        assertThat(offsets(job, 1, 5)).containsExactly(2048, 2560, 3072, 3584, 0);
    }

    @Test
    void mixed_readsAndWrites_areAsManyAsAskedFor() {
        IoJob job = job("size=1048576", "bs=512", "rw=randrw", "rwmixread=70");
        long writes =
                Arrays.stream(offsets(job, 0, 10_000)).filter(Offsets::isWrite).count();
        assertThat(writes).isBetween(2_700L, 3_300L);
    }

    @Test
    void zipf_theMostFrequentBlock_isAsFrequentAsItsLawSays() {
        IoJob job = job("size=5120000", "bs=512", "rw=randread", "random_distribution=zipf:0.9");
        Map<Long, Long> counts = Arrays.stream(offsets(job, 0, 200_000))
                .boxed()
                .collect(Collectors.groupingBy(offset -> offset, Collectors.counting()));
        double zeta = LongStream.rangeClosed(1, 10_000)
                .mapToDouble(rank -> Math.pow((double) rank, -0.9))
                .sum();
        long[] most =
                counts.values().stream().mapToLong(Long::longValue).sorted().toArray();
        assertThat((double) most[most.length - 1] / 200_000).isBetween(0.9 / zeta, 1.1 / zeta);
        assertThat(counts.keySet()).allMatch(offset -> offset >= 0 && offset < 5_120_000);
    }

    @Test
    void pareto_aFifthOfTheBlocks_getsFourFifths() {
        IoJob job = job("size=5120000", "bs=512", "rw=randread", "random_distribution=pareto:0.2");
        Map<Long, Long> counts = Arrays.stream(offsets(job, 0, 200_000))
                .boxed()
                .collect(Collectors.groupingBy(offset -> offset, Collectors.counting()));
        long[] sorted =
                counts.values().stream().mapToLong(Long::longValue).sorted().toArray();
        long top = Arrays.stream(sorted, Math.max(0, sorted.length - 2000), sorted.length)
                .sum();
        assertThat(top / 200_000.0).isBetween(0.77, 0.83);
    }

    @Test
    void line_parsed_isTheSameJob() {
        IoJob job = job("rw=randrw", "bs=65536", "iodepth=4", "numjobs=3", "direct=1", "random_distribution=zipf:1.1");
        assertThat(IoJob.parse(job.line())).isEqualTo(job);
    }
}
