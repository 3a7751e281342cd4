package dev.ring3.bench.io;

import dev.ring3.bench.measure.LatencyHistogram;
import java.util.List;
import java.util.Locale;

/** A report as fio prints it, with what else is known in lines of its own. */
final class FioText {
    private static final List<Double> SHOWN = List.of(
            1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99);
    private static final int PER_LINE = 3;
    private static final long MICRO_FROM = 20_000;
    private static final long MILLI_FROM = 20_000_000;
    private static final double KIBI = 1024;

    private final StringBuilder text = new StringBuilder();
    private final IoReport report;

    FioText(IoReport report) {
        this.report = report;
    }

    String text() {
        report.forEachRun(this::job);
        ratios();
        for (String lack : report.document().notMeasured()) {
            line("note: %s", lack);
        }
        line(
                "machine: %s",
                String.join(", ", report.document().setting().machine().values()));
        return text.toString();
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that is not needed for anything else
    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private void job(IoEngine engine, int fork, IoRun run) {
        IoJob job = report.options().job();
        line(
                "%s: (g=%d): rw=%s, bs=%dB, ioengine=%s, iodepth=%d, numjobs=%d, direct=%d, size=%s",
                report.options().name(),
                fork,
                job.pattern().id(),
                job.blockBytes(),
                engine.id(),
                job.depth(),
                job.threads(),
                job.direct() ? 1 : 0,
                IoJob.size(job.sizeBytes()));
        side("read", run.reads, run);
        side("write", run.writes, run);
        if (run.syncs.operations > 0) {
            line("  fsync/fdatasync: %d", run.syncs.operations);
            latency("sync", run.syncs.latency);
        }
        double busy = Math.max(1, run.busyNanos);
        line(
                "  cpu          : usr=%.2f%%, sys=%.2f%%, ctx=%d, majf=%d, minf=%d",
                100 * run.usage.userNanos() / busy,
                100 * run.usage.systemNanos() / busy,
                run.usage.voluntary() + run.usage.involuntary(),
                run.usage.majorFaults(),
                run.usage.minorFaults());
        extras(run);
        text.append('\n');
    }

    private void extras(IoRun run) {
        line(
                "  ring3        : %.4g ns of processor time an operation (%.4g with all that the process did meanwhile),"
                        + " share of the time on a processor %.2f, %s",
                run.cpuNanosEach(),
                run.processNanosEach(),
                run.share(),
                run.batch == 1 ? "each timed" : run.batch + " share a reading of the clock");
        line(
                "  cache        : %.1f%% of the file before, %.1f%% after",
                100 * run.residentBefore, 100 * run.residentAfter);
        if (run.due.count() > 0) {
            latency("lat from due", run.due);
        }
        if (!run.counters.isEmpty()) {
            StringBuilder counters = new StringBuilder();
            run.counters.forEach((name, count) -> counters.append(counters.isEmpty() ? "" : ", ")
                    .append(name)
                    .append('=')
                    .append(count));
            line("  counters     : %s", counters);
        }
        run.facts.forEach((name, fact) -> line("  %-13s: %s", name, fact));
    }

    private void side(String name, IoRun.Side side, IoRun run) {
        if (side.operations == 0) {
            return;
        }
        double seconds = run.wallNanos / 1e9;
        double bytes = side.operations * (double) report.options().job().blockBytes();
        line(
                "  %s: IOPS=%s, BW=%s (%s)(%s/%dmsec)",
                name,
                count(side.operations / seconds),
                binary(bytes / seconds) + "/s",
                decimal(bytes / seconds) + "/s",
                binary(bytes),
                run.wallNanos / 1_000_000);
        latency("clat", side.latency);
    }

    private void latency(String name, LatencyHistogram histogram) {
        long divisor = histogram.mean() >= MILLI_FROM ? 1_000_000 : histogram.mean() >= MICRO_FROM ? 1_000 : 1;
        String unit = divisor == 1 ? "nsec" : divisor == 1_000 ? "usec" : "msec";
        line(
                "    %s (%s): min=%d, max=%s, avg=%.2f, stdev=%.2f",
                name,
                unit,
                histogram.least() / divisor,
                count((double) histogram.most() / divisor),
                histogram.mean() / divisor,
                histogram.deviation() / divisor);
        line("    %s percentiles (%s):", name, unit);
        for (int i = 0; i < SHOWN.size(); i += PER_LINE) {
            StringBuilder row = new StringBuilder("     |");
            for (double percentile : SHOWN.subList(i, Math.min(SHOWN.size(), i + PER_LINE))) {
                row.append(String.format(
                        Locale.ROOT, " %5.2fth=[%5d],", percentile, histogram.percentile(percentile) / divisor));
            }
            line("%s", row);
        }
    }

    private void ratios() {
        List<String> lines = report.ratios();
        if (!lines.isEmpty()) {
            line("Processor time of an operation, by what was measured in the same fork:");
            lines.forEach(ratio -> line("  %s", ratio));
        }
    }

    private static String count(double number) {
        if (number >= 1e6) {
            return String.format(Locale.ROOT, "%.2fM", number / 1e6);
        }
        return number >= 1e4
                ? String.format(Locale.ROOT, "%.1fk", number / 1e3)
                : String.format(Locale.ROOT, "%.0f", number);
    }

    private static String binary(double bytes) {
        return scaled(bytes, KIBI, "KiB", "MiB", "GiB");
    }

    private static String decimal(double bytes) {
        return scaled(bytes, 1000, "kB", "MB", "GB");
    }

    private static String scaled(double bytes, double step, String... units) {
        double value = bytes / step;
        int unit = 0;
        while (value >= step && unit < units.length - 1) {
            value /= step;
            unit++;
        }
        return String.format(Locale.ROOT, value >= 100 ? "%.0f%s" : "%.1f%s", value, units[unit]);
    }
}
