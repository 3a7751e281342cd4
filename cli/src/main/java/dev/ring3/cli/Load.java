package dev.ring3.cli;

import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a server does, of the last seconds.
 *
 * @param history an answer of {@code /api/v1/metrics/history} with one step, or none yet
 */
record Load(JsonObject history) {
    static final String QUERY = "/api/v1/metrics/history?seconds=5&step=5";

    private static final double MISSING = -1;

    /** Whether a step has ended. */
    boolean isKnown() {
        return !Double.isNaN(last(history, "seconds"));
    }

    /** What ended in a second, of operations of some names. */
    double perSecond(String what, Predicate<String> names) {
        return history.objects("operations").stream()
                        .filter(operation -> names.test(operation.text("operation")))
                        .mapToDouble(operation -> last(operation, what))
                        .sum()
                / last(history, "seconds");
    }

    /** The value of an instrument: a gauge's, or the growth of a counter. */
    Optional<Double> value(String name) {
        return history.objects("series").stream()
                .filter(series -> series.text("name").equals(name))
                .map(series -> last(series, "values"))
                .filter(value -> !value.isNaN() && value != MISSING)
                .findFirst();
    }

    /** Operations and bytes, in words. */
    String operations() {
        return "%.0f operations/s, %s/s read, %s/s written"
                .formatted(
                        perSecond("counts", _ -> true),
                        ByteSize.text(Math.round(perSecond("bytes", "read"::equals))),
                        ByteSize.text(Math.round(perSecond("bytes", "write"::equals))));
    }

    /** What the cache holds and spares, in words; empty where there is none. */
    Optional<String> cache() {
        return value("ring3_cache_held_bytes").map(held -> {
            double hits = value("ring3_cache_hits_total").orElse(0.0);
            double misses = value("ring3_cache_misses_total").orElse(0.0);
            String share = hits + misses == 0 ? "" : ", %.1f %% of reads".formatted(100 * hits / (hits + misses));
            return "%s of %s, %s not on the disk yet%s"
                    .formatted(
                            ByteSize.text(held.longValue()),
                            ByteSize.text(bytes("ring3_cache_budget_bytes")),
                            ByteSize.text(bytes("ring3_cache_dirty_bytes")),
                            share);
        });
    }

    private long bytes(String name) {
        return value(name).orElse(0.0).longValue();
    }

    private static double last(JsonObject object, String member) {
        return object.members().get(member) instanceof Json.Array(var elements)
                        && !elements.isEmpty()
                        && elements.getLast() instanceof Json.Numeral(String digits)
                ? Double.parseDouble(digits)
                : Double.NaN;
    }
}
