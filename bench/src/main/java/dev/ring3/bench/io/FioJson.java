package dev.ring3.bench.io;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.JsonText;
import dev.ring3.bench.measure.LatencyHistogram;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A report in the JSON that fio 3 writes, so that what plots that plots this: each engine in each fork is a job, as with
 * {@code group_reporting}. What fio does not know is in the member {@code ring3} of a job and of the whole.
 */
final class FioJson {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long BYTES_PER_KIB = 1024;
    private static final double PERCENT = 100;
    private static final List<Long> STEPS = List.of(2L, 4L, 10L, 20L, 50L, 100L, 250L, 500L, 750L, 1000L);
    private static final List<Integer> DEPTHS = List.of(1, 2, 4, 8, 16, 32);
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    private FioJson() {}

    static String of(IoReport report) {
        Instant now = Instant.now();
        List<JsonText> jobs = new ArrayList<>();
        report.forEachRun((engine, fork, run) -> jobs.add(job(report, engine, fork, run)));
        return new JsonText()
                .put("fio version", "fio-3.33 (layout; written by ring3)")
                .put("timestamp", now.getEpochSecond())
                .put("timestamp_ms", now.toEpochMilli())
                .put(
                        "time",
                        DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT)
                                .withZone(ZoneId.systemDefault())
                                .format(now))
                .putObjects("jobs", jobs)
                .putObjects("disk_util", List.of())
                .put(BenchDocument.MEMBER, report.document().json())
                .toString();
    }

    private static JsonText job(IoReport report, IoEngine engine, int fork, IoRun run) {
        IoJob job = report.options().job();
        JsonText options = new JsonText().put("name", report.options().name());
        job.options().forEach(options::put);
        options.put("ioengine", engine.id());
        long elapsed = Math.max(1, run.wallNanos / NANOS_PER_MILLI);
        double cpu = Math.max(1, run.busyNanos);
        JsonText json = new JsonText()
                .put("jobname", "%s-%s".formatted(report.options().name(), engine.id()))
                .put("groupid", fork)
                .put("error", 0)
                .put("eta", 0)
                .put("elapsed", elapsed / 1000 + 1)
                .put("job options", options)
                .put("read", side(run.reads, job, run.wallNanos))
                .put("write", side(run.writes, job, run.wallNanos))
                .put("trim", side(new IoRun.Side(), job, 0))
                .put(
                        "sync",
                        new JsonText()
                                .put("total_ios", run.syncs.operations)
                                .put("lat_ns", times(run.syncs.latency, true)))
                .put("job_runtime", elapsed * job.threads())
                .put("usr_cpu", PERCENT * run.usage.userNanos() / cpu)
                .put("sys_cpu", PERCENT * run.usage.systemNanos() / cpu)
                .put("ctx", run.usage.voluntary() + run.usage.involuntary())
                .put("majf", run.usage.majorFaults())
                .put("minf", run.usage.minorFaults())
                .put("iodepth_level", depths(job.depth()));
        LatencyHistogram all = new LatencyHistogram();
        all.add(run.reads.latency);
        all.add(run.writes.latency);
        json.put("latency_ns", buckets(all, 0, 1))
                .put("latency_us", buckets(all, MICRO, MICRO))
                .put("latency_ms", buckets(all, MILLI, MILLI))
                .put("latency_depth", job.depth())
                .put("latency_target", 0)
                .put("latency_percentile", PERCENT)
                .put("latency_window", 0);
        return json.put(BenchDocument.MEMBER, extras(run));
    }

    private static JsonText extras(IoRun run) {
        JsonText counters = new JsonText();
        run.counters.forEach(counters::put);
        JsonText facts = new JsonText();
        run.facts.forEach(facts::put);
        JsonText extras = new JsonText()
                .put("cpu_ns_per_op", run.cpuNanosEach())
                .put("process_cpu_ns_per_op", run.processNanosEach())
                .put("processor_share", run.share())
                .put("operations_per_clock", run.batch)
                .put("counters", counters)
                .put("facts", facts);
        if (!Double.isNaN(run.residentBefore) && !Double.isNaN(run.residentAfter)) {
            extras.put("resident_before", run.residentBefore).put("resident_after", run.residentAfter);
        }
        if (run.due.count() > 0) {
            extras.put("lat_from_due_ns", times(run.due, true));
        }
        return extras;
    }

    private static JsonText side(IoRun.Side side, IoJob job, long wallNanos) {
        double seconds = Math.max(1, wallNanos) / 1e9;
        long bytes = side.operations * job.blockBytes();
        long perSecond = side.operations == 0 ? 0 : Math.round(bytes / seconds);
        double iops = side.operations == 0 ? 0 : side.operations / seconds;
        return new JsonText()
                .put("io_bytes", bytes)
                .put("io_kbytes", bytes / BYTES_PER_KIB)
                .put("bw_bytes", perSecond)
                .put("bw", perSecond / BYTES_PER_KIB)
                .put("iops", iops)
                .put("runtime", side.operations == 0 ? 0 : wallNanos / NANOS_PER_MILLI)
                .put("total_ios", side.operations)
                .put("short_ios", 0)
                .put("drop_ios", 0)
                .put("slat_ns", times(new LatencyHistogram(), false))
                .put("clat_ns", times(side.latency, true))
                .put("lat_ns", times(side.latency, false))
                .put("bw_min", perSecond / BYTES_PER_KIB)
                .put("bw_max", perSecond / BYTES_PER_KIB)
                .put("bw_agg", side.operations == 0 ? 0.0 : PERCENT)
                .put("bw_mean", (double) perSecond / BYTES_PER_KIB)
                .put("bw_dev", 0.0)
                .put("bw_samples", 1)
                .put("iops_min", Math.round(iops))
                .put("iops_max", Math.round(iops))
                .put("iops_mean", iops)
                .put("iops_stddev", 0.0)
                .put("iops_samples", 1);
    }

    private static JsonText times(LatencyHistogram histogram, boolean withPercentiles) {
        JsonText json = new JsonText()
                .put("min", histogram.least())
                .put("max", histogram.most())
                .put("mean", histogram.mean())
                .put("stddev", histogram.deviation())
                .put("N", histogram.count());
        if (withPercentiles && histogram.count() > 0) {
            JsonText percentiles = new JsonText();
            LatencyHistogram.PERCENTILES.forEach(
                    percentile -> percentiles.put(LatencyHistogram.name(percentile), histogram.percentile(percentile)));
            json.put("percentile", percentiles);
        }
        return json;
    }

    /** The part of the operations, in percent, in each of fio's steps of a unit. */
    private static JsonText buckets(LatencyHistogram histogram, long from, long unit) {
        JsonText json = new JsonText();
        long low = from;
        for (long step : STEPS) {
            json.put(Long.toString(step), percent(histogram, low, step * unit));
            low = step * unit;
        }
        if (unit == MILLI) {
            json.put("2000", percent(histogram, low, 2 * low))
                    .put(">=2000", percent(histogram, 2 * low, Long.MAX_VALUE));
        }
        return json;
    }

    private static double percent(LatencyHistogram histogram, long from, long below) {
        return histogram.count() == 0 ? 0 : PERCENT * histogram.between(from, below) / histogram.count();
    }

    private static JsonText depths(int depth) {
        JsonText json = new JsonText();
        int level = Integer.highestOneBit(depth);
        DEPTHS.forEach(step -> json.put(Integer.toString(step), step == level ? PERCENT : 0.0));
        return json.put(">=64", level >= 2 * DEPTHS.getLast() ? PERCENT : 0.0);
    }
}
