package dev.ring3.cli;

import dev.ring3.bench.io.Distribution;
import dev.ring3.bench.io.IoJob;
import dev.ring3.bench.io.IoPattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a job that fio has, by fio's names. */
final class FioOptions {
    private static final int RUNTIME_MILLIS = 5000;
    private static final int SUMMIT_MILLIS = 100;
    private static final int SUMMIT_RAMP_MILLIS = 30;

    @Option(
            names = {"--rw", "--readwrite"},
            paramLabel = "ORDER",
            defaultValue = "randread",
            converter = FioWords.Order.class,
            description = "read, write, randread, randwrite, rw, randrw. Default: ${DEFAULT-VALUE}.")
    private IoPattern rw = IoPattern.RANDREAD;

    @Option(
            names = {"--bs", "--blocksize"},
            paramLabel = "BYTES",
            defaultValue = "4k",
            converter = ByteSize.class,
            description = "Of one operation. Default: ${DEFAULT-VALUE}.")
    private long bs = 4096;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "256m",
            converter = ByteSize.class,
            description = {"Of the file. Default: ${DEFAULT-VALUE}."})
    private long size = 256L << 20;

    @Option(
            names = "--iodepth",
            paramLabel = "N",
            defaultValue = "1",
            description = "Operations under way at a time. Default: ${DEFAULT-VALUE}.")
    private int iodepth = 1;

    @Option(
            names = "--numjobs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads, on the same file; of --summit the most. Default: ${DEFAULT-VALUE}.")
    private int numjobs = 1;

    @Option(
            names = "--runtime",
            paramLabel = "TIME",
            converter = FioWords.Time.class,
            description =
                    "Seconds, or with a unit: 500ms, 2m. Default: as long as the size takes; with --time_based 5.")
    private FioWords.@Nullable Millis runtime;

    @Option(
            names = "--time_based",
            arity = "0..1",
            paramLabel = "0|1",
            fallbackValue = "1",
            defaultValue = "0",
            converter = FioWords.Bit.class,
            description = "Go on for the whole runtime, again and again over the file.")
    private boolean timeBased;

    @Option(
            names = "--ramp_time",
            paramLabel = "TIME",
            defaultValue = "500ms",
            converter = FioWords.Time.class,
            description = "Run for so long before anything is measured. Default: ${DEFAULT-VALUE}.")
    private FioWords.Millis rampTime = new FioWords.Millis(500);

    @Option(
            names = "--direct",
            arity = "0..1",
            paramLabel = "0|1",
            fallbackValue = "1",
            defaultValue = "0",
            converter = FioWords.Bit.class,
            description = "Past the page cache (O_DIRECT).")
    private boolean direct;

    @Option(
            names = "--random_distribution",
            paramLabel = "WHICH",
            defaultValue = "random",
            converter = FioWords.RandomDistribution.class,
            description = "random, zipf:THETA, pareto:H. Default: ${DEFAULT-VALUE}.")
    private Distribution distribution = new Distribution.Uniform();

    @Option(
            names = "--percentage_random",
            paramLabel = "PERCENT",
            defaultValue = "100",
            description = {"How much of a random order is. Default: ${DEFAULT-VALUE}."})
    private int percentageRandom = 100;

    @Option(
            names = "--rwmixread",
            paramLabel = "PERCENT",
            defaultValue = "50",
            description = {"Reads, of rw and randrw. Default: ${DEFAULT-VALUE}."})
    private int rwmixread = 50;

    @Option(
            names = "--norandommap",
            arity = "0..1",
            paramLabel = "0|1",
            fallbackValue = "1",
            defaultValue = "0",
            converter = FioWords.Bit.class,
            description = "Draw every block anew, instead of each once before one comes again.")
    private boolean norandommap;

    @Option(names = "--fsync", paramLabel = "N", defaultValue = "0", description = "fsync after so many writes.")
    private int fsync;

    @Option(
            names = "--fdatasync",
            paramLabel = "N",
            defaultValue = "0",
            description = "fdatasync after so many writes.")
    private int fdatasync;

    @Option(
            names = "--end_fsync",
            arity = "0..1",
            paramLabel = "0|1",
            fallbackValue = "1",
            defaultValue = "0",
            converter = FioWords.Bit.class,
            description = "fsync at the end, within the time.")
    private boolean endFsync;

    @Option(
            names = "--invalidate",
            arity = "0..1",
            paramLabel = "0|1",
            fallbackValue = "1",
            defaultValue = "0",
            converter = FioWords.Bit.class,
            description = "Drop the file from the cache first; fio does unless told otherwise, this does not.")
    private boolean invalidate;

    @Option(
            names = "--rate_iops",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Begin so many operations in a second, at fixed times; latency is then also that from the moment an"
                            + " operation was due, which shows who would have waited.")
    private long rateIops;

    @Option(names = "--randseed", paramLabel = "N", defaultValue = "1", description = "Of random numbers.")
    private long randseed = 1;

    /**
     * The job that was asked for.
     *
     * @param summit whether it is only what the runs of a matrix have in common, which are short
     */
    IoJob job(boolean summit) {
        try {
            return new IoJob(
                    rw,
                    Math.toIntExact(Math.min(bs, Integer.MAX_VALUE)),
                    iodepth,
                    numjobs,
                    size,
                    runtime == null ? defaultMillis(summit) : runtime.millis(),
                    timeBased,
                    summit ? SUMMIT_RAMP_MILLIS : rampTime.millis(),
                    direct,
                    distribution,
                    percentageRandom,
                    rwmixread,
                    !norandommap,
                    fsync,
                    fdatasync,
                    endFsync,
                    invalidate,
                    rateIops,
                    randseed);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private long defaultMillis(boolean summit) {
        return summit ? SUMMIT_MILLIS : timeBased ? RUNTIME_MILLIS : 0;
    }
}
