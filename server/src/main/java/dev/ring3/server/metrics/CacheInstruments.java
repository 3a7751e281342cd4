package dev.ring3.server.metrics;

import dev.ring3.fs.volume.Volume;
import dev.ring3.mm.cache.CacheStatistics;
import dev.ring3.mm.cache.RemovalReason;
import dev.ring3.server.metrics.Instrument.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.ToLongFunction;

/** What is watched of a volume's page cache; nothing where it has none. */
public final class CacheInstruments {
    private static final long FRAME_BYTES = 4096;
    private static final double MEDIAN = 50;

    private final Volume volume;
    private final List<Instrument> instruments = new ArrayList<>();

    private CacheInstruments(Volume volume) {
        this.volume = volume;
    }

    /** Those of a volume. */
    public static List<Instrument> of(Volume volume) {
        if (volume.cacheStatistics().isEmpty()) {
            return List.of();
        }
        CacheInstruments all = new CacheInstruments(volume);
        all.addCounters();
        all.addMemory();
        return List.copyOf(all.instruments);
    }

    private void addCounters() {
        counter("hits", "Pages read from memory.", seen -> seen.hits() + seen.lockedReads());
        counter("misses", "Times a page was wanted that was not in memory.", CacheStatistics::misses);
        counter("readahead_pages", "Pages brought in before anybody asked.", CacheStatistics::readaheadPages);
        counter("written_back_pages", "Pages written back.", CacheStatistics::writtenBackPages);
        counter("writeback_failures", "Runs that could not be written back.", CacheStatistics::writebackFailures);
        counter("dirty_stalls", "Times a writer waited for dirty memory.", CacheStatistics::dirtyStalls);
        counter("fill_failures", "Folios that could not be filled.", CacheStatistics::fillFailures);
        for (RemovalReason reason : RemovalReason.values()) {
            Instrument removals = Instrument.counter(
                    "ring3_cache_removals_total",
                    Unit.COUNT,
                    "Folios that left the cache, by reason.",
                    () -> statistics().removals().getOrDefault(reason, 0L));
            instruments.add(removals.with("reason", reason.name().toLowerCase(Locale.ROOT)));
        }
    }

    private void addMemory() {
        gauge(
                "budget_bytes",
                Unit.BYTES,
                "The most that it may take.",
                _ -> volume.memory().fileDataBytes());
        gauge("held_bytes", Unit.BYTES, "Memory in use.", seen -> FRAME_BYTES * seen.heldFrames());
        gauge(
                "pinned_bytes",
                Unit.BYTES,
                "Of that, what somebody looks at.",
                seen -> FRAME_BYTES * seen.pinnedFrames());
        gauge(
                "dirty_bytes",
                Unit.BYTES,
                "Written data that is in memory alone.",
                seen -> FRAME_BYTES * seen.dirtyFrames());
        gauge(
                "writeback_bytes",
                Unit.BYTES,
                "What is on its way to the disk.",
                seen -> FRAME_BYTES * seen.writebackFrames());
        gauge(
                "fill_median_seconds",
                Unit.NANOSECONDS,
                "Half of all fills took less.",
                seen -> seen.fillLatency().percentileNanos(MEDIAN));
        gauge(
                "writeback_median_seconds",
                Unit.NANOSECONDS,
                "Half of all runs were written in less.",
                seen -> seen.writebackLatency().percentileNanos(MEDIAN));
    }

    private void counter(String name, String help, ToLongFunction<CacheStatistics> value) {
        instruments.add(Instrument.counter(
                "ring3_cache_%s_total".formatted(name), Unit.COUNT, help, () -> value.applyAsLong(statistics())));
    }

    private void gauge(String name, Unit unit, String help, ToLongFunction<CacheStatistics> value) {
        instruments.add(Instrument.gauge("ring3_cache_" + name, unit, help, () -> value.applyAsLong(statistics())));
    }

    private CacheStatistics statistics() {
        return volume.cacheStatistics().orElseThrow(NoSuchElementException::new);
    }
}
