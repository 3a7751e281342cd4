package dev.ring3.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.vfs.ObservedOperation;
import dev.ring3.linux.Errno;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong clock = new AtomicLong(5);
    private final Metrics metrics = new Metrics(clock::get, NOON);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void totals_ofManyThreads_areExact() throws InterruptedException {
        Thread[] threads = new Thread[8];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 10_000; n++) {
                    metrics.observer().ended(ObservedOperation.READ, n, 3, n % 10 == 0 ? Errno.EIO : null);
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }

        OperationTotals totals = metrics.operations();
        assertThat(totals.count(ObservedOperation.READ)).isEqualTo(80_000);
        assertThat(totals.bytes(ObservedOperation.READ)).isEqualTo(240_000);
        assertThat(totals.failures(ObservedOperation.READ)).isEqualTo(8_000);
        assertThat(totals.nanos(ObservedOperation.READ)).isEqualTo(8L * 8 * 9_999 * 10_000 / 2);
        assertThat(totals.count(ObservedOperation.WRITE)).isZero();
    }

    @Test
    void sample_holdsWhatCameSinceTheLast() {
        AtomicLong hits = new AtomicLong(100);
        AtomicLong dirty = new AtomicLong(7);
        Instrument counter = Instrument.counter("hits_total", Instrument.Unit.COUNT, "Hits.", hits::get);
        Instrument gauge = Instrument.gauge("dirty_bytes", Instrument.Unit.BYTES, "Dirty.", dirty::get);
        metrics.add(counter);
        metrics.add(gauge);
        read(10);
        second();
        read(20);
        hits.set(130);
        dirty.set(3);
        clock.addAndGet(SECOND);
        second();

        List<Sample> history = metrics.history(10, 1);

        assertThat(history).hasSize(2);
        assertThat(history.getFirst().values()).containsOnlyKeys(gauge);
        Sample last = history.getLast();
        assertThat(last.nanos()).isEqualTo(2 * SECOND);
        assertThat(last.end()).isEqualTo(NOON.plusSeconds(3));
        assertThat(last.operations().count(ObservedOperation.READ)).isEqualTo(1);
        assertThat(last.operations().bytes(ObservedOperation.READ)).isEqualTo(20);
        assertThat(last.values()).containsEntry(counter, 30L).containsEntry(gauge, 3L);
    }

    @Test
    void steps_takeSamplesTogether() {
        AtomicLong hits = new AtomicLong();
        Instrument counter = Instrument.counter("hits_total", Instrument.Unit.COUNT, "Hits.", hits::get);
        metrics.add(counter);
        for (int i = 0; i < 7; i++) {
            read(1);
            hits.incrementAndGet();
            second();
        }

        List<Sample> history = metrics.history(600, 3);

        assertThat(history).hasSize(2);
        assertThat(history).allSatisfy(sample -> {
            assertThat(sample.nanos()).isEqualTo(3 * SECOND);
            assertThat(sample.operations().bytes(ObservedOperation.READ)).isEqualTo(3);
            assertThat(sample.values()).containsEntry(counter, 3L);
        });
        assertThat(history.getLast().end()).isEqualTo(NOON.plusSeconds(7));
    }

    @Test
    void history_forgetsAfterTenMinutes() {
        for (int i = 0; i < 700; i++) {
            second();
        }

        List<Sample> history = metrics.history(1000, 1);

        assertThat(history).hasSize(600);
        assertThat(history.getFirst().end()).isEqualTo(NOON.plusSeconds(101));
    }

    @Test
    void instrument_thatFails_isLeftOut() {
        metrics.add(Instrument.gauge("broken_count", Instrument.Unit.COUNT, "Broken.", () -> {
            throw new IllegalStateException("closed");
        }));
        second();

        assertThat(metrics.history(1, 1).getFirst().values()).isEmpty();
        assertThat(metrics.prometheus()).doesNotContain("\nbroken_count");
    }

    @Test
    void instrument_ofWrongName_isRefused() {
        assertThatThrownBy(() -> Instrument.counter("hits", Instrument.Unit.COUNT, "", () -> 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Instrument.gauge("a b", Instrument.Unit.COUNT, "", () -> 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void prometheus_hasOneHeaderForEachName() {
        metrics.add(Instrument.gauge("clients", Instrument.Unit.COUNT, "Who is\nthere.", () -> 2)
                .with("origin", "nfs"));
        metrics.add(Instrument.gauge("clients", Instrument.Unit.COUNT, "Who is\nthere.", () -> 3)
                .with("origin", "a\"b\\c"));
        metrics.observer().ended(ObservedOperation.SYNC, 1000, 512, null);
        metrics.observer().ended(ObservedOperation.SYNC, 2_000_000, 0, Errno.ENOSPC);
        metrics.observer().ended(ObservedOperation.STAT, 1000, 0, null);
        metrics.observer().ended(ObservedOperation.STAT, -1, 0, null);

        String text = metrics.prometheus();

        assertThat(text.lines().filter(line -> line.equals("# TYPE clients gauge")))
                .hasSize(1);
        assertThat(text)
                .contains("# HELP clients Who is\\nthere.\n")
                .contains("\nclients{origin=\"nfs\"} 2\n")
                .contains("\nclients{origin=\"a\\\"b\\\\c\"} 3\n")
                .contains("\nring3_vfs_bytes_total{operation=\"sync\"} 512\n")
                .contains("\nring3_vfs_failures_total{operation=\"sync\"} 1\n")
                .contains("\nring3_vfs_errno_total{errno=\"ENOSPC\"} 1\n")
                .contains("\nring3_vfs_operation_seconds_bucket{le=\"1.024E-6\",operation=\"sync\"} 1\n")
                .contains("\nring3_vfs_operation_seconds_bucket{le=\"+Inf\",operation=\"sync\"} 2\n")
                .contains("\nring3_vfs_operations_total{operation=\"stat\"} 2\n")
                .contains("\nring3_vfs_operation_seconds_count{operation=\"stat\"} 8\n")
                .contains("\nring3_vfs_operation_seconds_sum{operation=\"sync\"} 0.002001\n")
                .contains("\nring3_vfs_operation_seconds_count{operation=\"sync\"} 2\n");
        assertThat(text.lines()).allMatch(line -> line.matches("# (HELP|TYPE) .*|[a-z0-9_]+(\\{.*\\})? [0-9.E+-]+"));
    }

    private void read(long bytes) {
        metrics.observer().ended(ObservedOperation.READ, 500, bytes, null);
    }

    private void second() {
        clock.addAndGet(SECOND);
        metrics.sample();
    }
}
