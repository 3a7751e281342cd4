package dev.ring3.server.metrics;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What happened in a stretch of time.
 *
 * @param end when it ended; by a clock that does not step, set when the server started
 * @param nanos how long it was: rates are what happened divided by this
 * @param operations that ended in it
 * @param values of instruments: the growth of counters, gauges as they stood at its end; those that failed are left out
 */
public record Sample(Instant end, long nanos, OperationTotals operations, Map<Instrument, Long> values) {
    /** Two stretches, this one directly after an earlier one. */
    Sample after(Sample earlier) {
        Map<Instrument, Long> both = new HashMap<>(values);
        earlier.values.forEach((instrument, value) -> {
            if (instrument.kind() == Instrument.Kind.COUNTER) {
                both.merge(instrument, value, Long::sum);
            }
        });
        return new Sample(end, nanos + earlier.nanos, operations.plus(earlier.operations), both);
    }
}
