package dev.ring3.server.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * A value that somebody offers to be watched.
 *
 * @param name as Prometheus has it, with the unit last: {@code ring3_cache_dirty_bytes}; {@code _total} for counters
 * @param labels that tell instruments of one name apart
 * @param help one sentence that says what it is
 * @param value asked once a second and for each scrape; must be quick and must not block. One that throws is left out
 */
public record Instrument(
        String name, Kind kind, Unit unit, Map<String, String> labels, String help, LongSupplier value) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    /** How it moves. */
    public enum Kind {
        /** Only up, from 0 at the start of the server; its growth is what is shown. */
        COUNTER,
        /** Up and down. */
        GAUGE
    }

    /** What it is counted in. */
    public enum Unit {
        BYTES,
        COUNT,
        /** Prometheus, and the name, has it in seconds. */
        NANOSECONDS
    }

    public Instrument {
        labels = Map.copyOf(labels);
        boolean total = name.endsWith("_total");
        if (!NAME.matcher(name).matches() || total != (kind == Kind.COUNTER)) {
            throw new IllegalArgumentException("a %s of the name %s".formatted(kind, name));
        }
        for (String label : labels.keySet()) {
            if (!NAME.matcher(label).matches()) {
                throw new IllegalArgumentException("a label of the name " + label);
            }
        }
    }

    /** Something that only grows. */
    public static Instrument counter(String name, Unit unit, String help, LongSupplier value) {
        return new Instrument(name, Kind.COUNTER, unit, Map.of(), help, value);
    }

    /** Something that goes up and down. */
    public static Instrument gauge(String name, Unit unit, String help, LongSupplier value) {
        return new Instrument(name, Kind.GAUGE, unit, Map.of(), help, value);
    }

    /** The same with a label. */
    public Instrument with(String label, String value) {
        Map<String, String> more = new HashMap<>(labels);
        more.put(label, value);
        return new Instrument(name, kind, unit, more, help, this.value);
    }
}
