package dev.ring3.bench.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every engine that needs no mount does what the job says; how fast is not looked at. */
class JobRunnerTest {
    private static final long SIZE = 1 << 20;
    private static final long MEMORY = 32 << 20;

    @TempDir
    private Path folder;

    /** As much as the size, without a limit of time. */
    private static IoJob job(IoPattern pattern, int bytes, int threads, int fsync) {
        return IoJob.parse("rw=%s bs=%d iodepth=1 numjobs=%d size=%d runtime=0ms time_based=0 ramp_time=0ms direct=0"
                        .formatted(pattern.id(), bytes, threads, SIZE)
                + " random_distribution=random percentage_random=100 rwmixread=50 norandommap=0 fsync=" + fsync
                + " fdatasync=0 end_fsync=0 invalidate=0 rate_iops=0 randseed=1");
    }

    private Target open(IoEngine engine) {
        try {
            return new Targets(folder, MEMORY).open(engine, SIZE);
        } catch (Target.IoFailure e) {
            assumeThat(e.getMessage()).as("lacking here").isEmpty();
            throw e;
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RING3_FUSE", "RING3_NFS_MOUNT"})
    void everyEngine_readsWhatWasLaidOut_thenWrites(IoEngine engine) {
        try (Target target = open(engine)) {
            assertThat(target.isPristine()).isTrue();
            JobRunner runner = new JobRunner(target);
            IoRun reads = runner.run(job(IoPattern.RANDREAD, 512, 2, 0)); // compares content
            assertThat(reads.reads.operations).isEqualTo(2 * SIZE / 512);
            assertThat(reads.reads.latency.count()).isEqualTo(reads.reads.operations);
            assertThat(reads.writes.operations).isZero();
            assertThat(reads.cpuNanos).isPositive();

            IoRun writes = runner.run(job(IoPattern.WRITE, 4096, 1, 64));
            assertThat(writes.writes.operations).isEqualTo(SIZE / 4096);
            assertThat(writes.syncs.operations).isEqualTo(SIZE / 4096 / 64);
            assertThat(target.isPristine()).isFalse();

            IoRun mixed = runner.run(job(IoPattern.RANDRW, 4096, 1, 0));
            assertThat(mixed.operations()).isEqualTo(SIZE / 4096);
            assertThat(mixed.reads.operations).isBetween(80L, 180L);
        }
    }

    @Test
    void deepQueue_everyOperation_isDoneOnce() {
        try (Target target = open(IoEngine.IO_URING)) {
            String line = job(IoPattern.RANDREAD, 4096, 1, 0).line().replace("iodepth=1", "iodepth=8");
            IoRun run;
            try {
                run = new JobRunner(target).run(IoJob.parse(line));
            } catch (Target.IoFailure e) {
                assumeThat(e.getMessage()).doesNotContain("io_uring_setup");
                throw e;
            }
            assertThat(run.reads.operations).isEqualTo(SIZE / 4096);
            assertThat(run.reads.latency.count()).isEqualTo(SIZE / 4096);
        }
    }

    @Test
    void read_whatIsNotWhatWasLaidOut_isTold() throws IOException {
        try (Target target = open(IoEngine.PREAD)) {
            byte[] content = Files.readAllBytes(folder.resolve("bench.0.0"));
            for (int i = 0; i < content.length; i++) {
                content[i] ^= 1;
            }
            Files.write(folder.resolve("bench.0.0"), content);
            assertThatThrownBy(() -> new JobRunner(target).run(job(IoPattern.READ, 512, 1, 0)))
                    .isInstanceOf(Target.IoFailure.class)
                    .hasMessageContaining("not what was laid out");
        }
    }

    @Test
    void resident_droppedAndWarmed_isSeen() {
        for (IoEngine engine : EnumSet.of(IoEngine.PREAD, IoEngine.RING3, IoEngine.RING3_CACHE, IoEngine.RING3_NFS)) {
            try (Target target = open(engine)) {
                target.warm();
                assertThat(target.resident()).as(engine.id()).isEqualTo(1);
                target.drop();
                assertThat(target.resident()).as(engine.id()).isLessThan(0.5);
            }
        }
    }

    @Test
    void rate_latencyFromTheMomentItWasDue_isKept() {
        String line = job(IoPattern.READ, 65_536, 1, 0).line().replace("rate_iops=0", "rate_iops=1000");
        try (Target target = open(IoEngine.PREAD)) {
            IoRun run = new JobRunner(target).run(IoJob.parse(line));
            assertThat(run.due.count()).isEqualTo(16);
            assertThat(run.due.least()).isGreaterThanOrEqualTo(run.reads.latency.least());
        }
    }

    @Test
    void lines_ofARun_areUnderstood() {
        try (Target target = open(IoEngine.RING3)) {
            IoRun run = new JobRunner(target).run(job(IoPattern.RANDREAD, 512, 1, 0));
            IoRun parsed = IoRunText.parse(IoRunText.lines(run));
            assertThat(IoRunText.lines(parsed)).isEqualTo(IoRunText.lines(run));
            assertThat(parsed.counters).containsKey("hits");
            assertThat(parsed.facts).containsAllEntriesOf(Map.of("cache_mib", Long.toString(MEMORY >> 20)));
        }
    }
}
