package dev.ring3.bench.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Comparison;
import dev.ring3.bench.measure.Comparison.Verdict;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole chain on real measurements: an engine that does 15 of a hundred reads twice is called slower, and one that is the same is
 * not, over 20 comparisons. A measurement of a minute, so it is one of the long ones.
 */
class SeededSlowDownTest {
    private static final int FORKS = 12;
    private static final int COMPARISONS = 20;
    private static final long SIZE = 8 << 20;

    @TempDir
    private Path folder;

    /** A target whose reads are partly done again. */
    private record Slowed(Target target, int extraPercent) implements Target {
        @Override
        public Lane lane(IoJob job) {
            return new SlowedLane(target.lane(job), extraPercent);
        }

        @Override
        public void drop() {
            target.drop();
        }

        @Override
        public void warm() {
            target.warm();
        }

        @Override
        public double resident() {
            return target.resident();
        }

        @Override
        public boolean isPristine() {
            return target.isPristine();
        }

        @Override
        public void spoil() {
            target.spoil();
        }

        @Override
        public Map<String, Long> counters() {
            return target.counters();
        }

        @Override
        public Map<String, String> facts() {
            return target.facts();
        }

        @Override
        public void close() {
            target.close();
        }
    }

    private static final class SlowedLane implements Lane {
        private final Lane lane;
        private final int extraPercent;
        private int owed;

        SlowedLane(Lane lane, int extraPercent) {
            this.lane = lane;
            this.extraPercent = extraPercent;
        }

        @Override
        public void read(long offset) {
            lane.read(offset);
            owed += extraPercent;
            if (owed >= 100) {
                owed -= 100;
                lane.read(offset);
            }
        }

        @Override
        public void write(long offset) {
            lane.write(offset);
        }

        @Override
        public void sync(boolean dataOnly) {
            lane.sync(dataOnly);
        }

        @Override
        public MemorySegment buffer() {
            return lane.buffer();
        }

        @Override
        public void close() {
            lane.close();
        }
    }

    private static IoJob job() {
        return IoJob.parse("rw=randread bs=512 iodepth=1 numjobs=1 size=" + SIZE
                + " runtime=60ms time_based=1 ramp_time=40ms direct=0 random_distribution=random percentage_random=100"
                + " rwmixread=50 norandommap=0 fsync=0 fdatasync=0 end_fsync=0 invalidate=0 rate_iops=0 randseed=1");
    }

    private static BenchDocument document(List<Double> samples) {
        return new BenchDocument(
                "io",
                new BenchDocument.Setting(Map.of(), "", "", FORKS, 1, "", 1),
                List.of(Figure.of("randread", "pread", "ns of processor time", Better.LESS, samples)),
                List.of());
    }

    /** Forks of two targets in turn, and what is said of the second. */
    private Verdict compare(int extraPercent) {
        List<Double> before = new ArrayList<>();
        List<Double> after = new ArrayList<>();
        for (int fork = 0; fork < FORKS; fork++) {
            for (int i = 0; i < 2; i++) {
                boolean second = (i + fork) % 2 == 1;
                try (Target target =
                        new Slowed(new Targets(folder, SIZE).open(IoEngine.PREAD, SIZE), second ? extraPercent : 0)) {
                    double nanos = new JobRunner(target).run(job()).cpuNanosEach();
                    (second ? after : before).add(nanos);
                }
            }
        }
        return new Comparison(Comparison.THRESHOLD, true)
                .of(document(before), document(after))
                .getFirst()
                .verdict();
    }

    @Test
    void slowDownOf15PerCent_isReported_equalBuildsAreNot() {
        assumeTrue(Boolean.getBoolean("ring3.long"), "a measurement of minutes: -Dring3.long=true");
        for (int i = 0; i < COMPARISONS; i++) {
            assertThat(compare(0)).as("equal builds, comparison %d", i).isNotEqualTo(Verdict.WORSE);
        }
        assertThat(compare(15)).isEqualTo(Verdict.WORSE);
    }
}
