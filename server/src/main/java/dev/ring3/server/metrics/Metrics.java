package dev.ring3.server.metrics;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.vfs.ObservedOperation;
import dev.ring3.fs.vfs.OperationObserver;
import dev.ring3.linux.Errno;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All that a server measures of itself; the package comment says how. */
public final class Metrics implements AutoCloseable {
    private final OperationCounters operations = new OperationCounters();
    private final HotFiles hotFiles = new HotFiles();
    private final List<Instrument> instruments = new CopyOnWriteArrayList<>();
    private final History history = new History();
    private final LongSupplier nanoClock;
    private final Instant started;
    private final long startedNanos;
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("ring3-metrics").factory());

    // Guarded by this: where the next sample begins.
    private long sampledNanos;
    private OperationTotals sampledOperations = OperationTotals.NONE;
    private Map<Instrument, Long> sampledCounters = Map.of();

    /** Measures from now on; the history begins with {@link #start}. */
    public Metrics() {
        this(System::nanoTime, Instant.now());
    }

    Metrics(LongSupplier nanoClock, Instant started) {
        this.nanoClock = nanoClock;
        this.started = started;
        this.startedNanos = nanoClock.getAsLong();
        this.sampledNanos = startedNanos;
    }

    /** To be told of operations. */
    public OperationObserver observer() {
        return new OperationObserver() {
            @Override
            public void ended(ObservedOperation operation, long nanos, long bytes, @Nullable Errno failure) {
                operations.ended(operation, nanos, bytes, failure);
            }

            @Override
            public void sampled(ObservedOperation operation, NodeId node) {
                hotFiles.count(operation, node);
            }
        };
    }

    /** Which files are used most. */
    public HotFiles hotFiles() {
        return hotFiles;
    }

    /** What operations have come to since the start. */
    public OperationTotals operations() {
        return operations.totals();
    }

    /** Watches something from now on. */
    public void add(Instrument instrument) {
        instruments.add(instrument);
    }

    /** Begins to take a sample each second. */
    public void start() {
        var _ = sampler.scheduleAtFixedRate(this::sample, 1, 1, TimeUnit.SECONDS);
        var _ = sampler.scheduleAtFixedRate(hotFiles::turn, 1, 1, TimeUnit.MINUTES);
    }

    /** The last seconds, oldest first, several of them taken together in each step. */
    public List<Sample> history(int seconds, int stepSeconds) {
        return history.last(seconds, stepSeconds);
    }

    /** Everything since the start, in the text format of Prometheus, version 0.0.4. */
    public String prometheus() {
        return PrometheusText.of(operations.totals(), operations.failures(), instruments, Metrics::read);
    }

    synchronized void sample() {
        long now = nanoClock.getAsLong();
        OperationTotals totals = operations.totals();
        Map<Instrument, Long> counters = new HashMap<>();
        Map<Instrument, Long> values = new HashMap<>();
        for (Instrument instrument : instruments) {
            read(instrument).ifPresent(value -> {
                if (instrument.kind() == Instrument.Kind.GAUGE) {
                    values.put(instrument, value);
                    return;
                }
                counters.put(instrument, value);
                Long before = sampledCounters.get(instrument);
                if (before != null) {
                    values.put(instrument, Math.max(0, value - before));
                }
            });
        }
        Instant end = started.plusNanos(now - startedNanos);
        history.add(new Sample(end, now - sampledNanos, totals.since(sampledOperations), Map.copyOf(values)));
        sampledNanos = now;
        sampledOperations = totals;
        sampledCounters = counters;
    }

    /** A value; empty if its owner cannot give it now, such as while it closes. */
    private static OptionalLong read(Instrument instrument) {
        try {
            return OptionalLong.of(instrument.value().getAsLong());
        } catch (RuntimeException _) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        sampler.shutdownNow();
    }
}
