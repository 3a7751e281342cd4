package dev.ring3.server.metrics;

import dev.ring3.fs.vfs.ObservedOperation;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The text format of Prometheus, version 0.0.4 (prometheus.io, "Exposition formats"). */
final class PrometheusText {
    /** Every how many classes of latency a bucket goes out: powers of four. */
    private static final int CLASSES_PER_BUCKET = 4;

    private final StringBuilder out = new StringBuilder(16 << 10);

    private PrometheusText() {}

    static String of(
            OperationTotals totals,
            Map<Errno, Long> failures,
            List<Instrument> instruments,
            Function<Instrument, OptionalLong> read) {
        PrometheusText text = new PrometheusText();
        text.operations(totals);
        text.failures(failures);
        text.instruments(instruments, read);
        return text.out.toString();
    }

    private void operations(OperationTotals totals) {
        header("ring3_vfs_operations_total", "counter", "Operations of the namespace that ended.");
        for (ObservedOperation operation : ObservedOperation.values()) {
            line("ring3_vfs_operations_total", labels(operation), totals.count(operation));
        }
        header(
                "ring3_vfs_operation_seconds",
                "histogram",
                "Operations by how long they took; of frequent kinds an estimate from one in %d."
                        .formatted(ObservedOperation.TIMED_ONE_IN));
        for (ObservedOperation operation : ObservedOperation.values()) {
            histogram("ring3_vfs_operation_seconds", operation, totals);
        }
        header("ring3_vfs_bytes_total", "counter", "Bytes of content that operations moved.");
        for (ObservedOperation operation : ObservedOperation.values()) {
            line("ring3_vfs_bytes_total", labels(operation), totals.bytes(operation));
        }
        header("ring3_vfs_failures_total", "counter", "Operations that had no effect.");
        for (ObservedOperation operation : ObservedOperation.values()) {
            line("ring3_vfs_failures_total", labels(operation), totals.failures(operation));
        }
    }

    private void histogram(String name, ObservedOperation operation, OperationTotals totals) {
        long[] latencies = totals.latencies(operation);
        long sum = 0;
        for (int i = 0; i < latencies.length; i++) {
            sum += latencies[i];
            boolean last = i == latencies.length - 1;
            if (last || i % CLASSES_PER_BUCKET == 0) {
                Map<String, String> labels = labels(operation);
                labels.put("le", last ? "+Inf" : seconds(LatencyScale.endNanos(i)));
                line(name + "_bucket", labels, sum);
            }
        }
        line(name + "_sum", labels(operation), seconds(totals.nanos(operation)));
        line(name + "_count", labels(operation), sum);
    }

    private void failures(Map<Errno, Long> failures) {
        header("ring3_vfs_errno_total", "counter", "Operations that had no effect, by error number.");
        failures.forEach((errno, count) -> line("ring3_vfs_errno_total", Map.of("errno", errno.name()), count));
    }

    /** All of one name stand together, under one header. */
    private void instruments(List<Instrument> instruments, Function<Instrument, OptionalLong> read) {
        Map<String, List<Instrument>> byName = instruments.stream()
                .collect(Collectors.groupingBy(Instrument::name, LinkedHashMap::new, Collectors.toList()));
        byName.forEach((name, group) -> {
            Instrument first = group.getFirst();
            header(name, first.kind().name().toLowerCase(Locale.ROOT), first.help());
            for (Instrument instrument : group) {
                read.apply(instrument)
                        .ifPresent(value -> line(
                                name,
                                instrument.labels(),
                                instrument.unit() == Instrument.Unit.NANOSECONDS ? seconds(value) : value));
            }
        });
    }

    private void header(String name, String type, String help) {
        String escaped = help.replace("\\", "\\\\").replace("\n", "\\n");
        out.append("# HELP ").append(name).append(' ').append(escaped).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void line(String name, Map<String, String> labels, Object value) {
        out.append(name);
        if (!labels.isEmpty()) {
            List<String> pairs = new ArrayList<>();
            new TreeMap<>(labels).forEach((label, text) -> pairs.add("%s=\"%s\"".formatted(label, escaped(text))));
            out.append('{').append(String.join(",", pairs)).append('}');
        }
        out.append(' ').append(value).append('\n');
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static Map<String, String> labels(ObservedOperation operation) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("operation", operation.name().toLowerCase(Locale.ROOT));
        return labels;
    }

    private static String seconds(long nanos) {
        return Double.toString(nanos / 1e9);
    }
}
