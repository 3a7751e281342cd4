package dev.ring3.mm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.mm.cache.SimulatedCaches.Simulated;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The built-in policy against others, on the traces of {@link Traces}; {@code docs/page-cache.md} has the table. */
class HitRatioTest {
    private record Row(Traces.Trace trace, double lru, double clock, double sieve, double tinyLfu, double s3fifo) {
        private double best() {
            return Math.max(Math.max(lru, clock), Math.max(sieve, tinyLfu));
        }

        /** Caffeine draws lots, so its column may differ in the last digit; ours do not. */
        private boolean isPublishedBy(String line) {
            return line.startsWith("| " + trace + " |") && line.endsWith(String.format(Locale.ROOT, " %.1f |", s3fifo));
        }

        private String line() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %.1f | %.1f |",
                    trace,
                    lru,
                    clock,
                    sieve,
                    tinyLfu,
                    s3fifo);
        }
    }

    @Test
    void s3fifo_overAllTraces_isAheadOfLruAndNearTheBest() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Traces.Trace trace : Traces.all()) {
            int capacity = trace.capacity();
            int keys = trace.keyCount();
            rows.add(new Row(
                    trace,
                    ratio(trace, SimulatedCaches.lru(capacity)),
                    ratio(trace, SimulatedCaches.clock(capacity, keys)),
                    ratio(trace, SimulatedCaches.of(new SievePolicy(), capacity, keys)),
                    ratio(trace, SimulatedCaches.caffeine(capacity)),
                    ratio(trace, SimulatedCaches.of(new S3FifoPolicy(), capacity, keys))));
        }
        double s3fifo = rows.stream().mapToDouble(Row::s3fifo).average().orElseThrow();
        double lru = rows.stream().mapToDouble(Row::lru).average().orElseThrow();
        double best = rows.stream().mapToDouble(Row::best).average().orElseThrow();
        String table = String.join("\n", rows.stream().map(Row::line).toList());
        assertThat(s3fifo).as("points above LRU\n%s", table).isGreaterThanOrEqualTo(lru + 4);
        assertThat(s3fifo).as("points below the best of each trace\n%s", table).isGreaterThanOrEqualTo(best - 1.5);
        List<String> document = Files.readAllLines(Path.of(System.getProperty("ring3.root"), "docs", "page-cache.md"));
        assertThat(rows)
                .as("lines of docs/page-cache.md, which should be\n%s", table)
                .allMatch(row -> document.stream().anyMatch(row::isPublishedBy));
    }

    private static double ratio(Traces.Trace trace, Simulated cache) {
        return SimulatedCaches.hitRatio(trace, cache);
    }
}
