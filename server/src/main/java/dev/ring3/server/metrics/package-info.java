/**
 * What a server measures of itself, and for how long it remembers.
 *
 * <p>{@link dev.ring3.server.metrics.OperationCounters} is told of each operation of the namespace, on the thread that did
 * it: it adds to a stripe of counters that few threads share, takes no lock and no memory. Once a second a sampler reads
 * what they have come to, and everything else that was registered ({@link dev.ring3.server.metrics.Instrument}), and puts
 * the growth into {@link dev.ring3.server.metrics.History}, which keeps the last ten minutes. Totals since the start go out
 * as Prometheus wants them, the history as JSON to the console.
 */
package dev.ring3.server.metrics;
