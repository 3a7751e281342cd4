package dev.ring3.bench.io;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is measured: a job in the words of fio.
 *
 * @param pattern {@code rw}
 * @param blockBytes {@code bs}
 * @param depth {@code iodepth}: operations under way at a time; more than 1 by io_uring alone
 * @param threads {@code numjobs}
 * @param sizeBytes {@code size}: of the file, and what each thread goes through where time does not end it
 * @param runtimeMillis {@code runtime}; 0 for as long as the size takes
 * @param timeBased {@code time_based}: it begins anew at the end of the file until the time is over
 * @param rampMillis {@code ramp_time}: for so long before, it runs and is not measured
 * @param direct {@code direct}
 * @param distribution {@code random_distribution}
 * @param randomPercent {@code percentage_random}: of a random pattern; the rest goes on behind the last one
 * @param readPercent {@code rwmixread}
 * @param randomMap whether each block comes once before one comes again; not {@code norandommap}
 * @param fsyncEvery {@code fsync}: after so many writes; 0 for never
 * @param fdatasyncEvery {@code fdatasync}
 * @param endFsync {@code end_fsync}: once, at the end
 * @param invalidate {@code invalidate}: whether the file leaves the cache first
 * @param rateIops {@code rate_iops}: operations that each thread begins in a second, at fixed times; 0 for one after the other
 * @param seed {@code randseed}
 */
public record IoJob(
        IoPattern pattern,
        int blockBytes,
        int depth,
        int threads,
        long sizeBytes,
        long runtimeMillis,
        boolean timeBased,
        long rampMillis,
        boolean direct,
        Distribution distribution,
        int randomPercent,
        int readPercent,
        boolean randomMap,
        int fsyncEvery,
        int fdatasyncEvery,
        boolean endFsync,
        boolean invalidate,
        long rateIops,
        long seed) {
    private static final int DEPTH_MAX = 1024;
    private static final int THREADS_MAX = 1024;
    private static final int BLOCK_BYTES_MAX = 64 << 20;
    private static final int PERCENT = 100;

    /** A second of random reads of 4 KiB in a file of 256 MiB. */
    public static final IoJob DEFAULT = new IoJob(
            IoPattern.RANDREAD,
            4096,
            1,
            1,
            256L << 20,
            1000,
            true,
            300,
            false,
            new Distribution.Uniform(),
            PERCENT,
            50,
            true,
            0,
            0,
            false,
            false,
            0,
            1);

    public IoJob {
        require(blockBytes >= 1 && blockBytes <= BLOCK_BYTES_MAX, "bs is 1 byte to 64 MiB");
        require(depth >= 1 && depth <= DEPTH_MAX, "iodepth is 1 to 1024");
        require(threads >= 1 && threads <= THREADS_MAX, "numjobs is 1 to 1024");
        require(sizeBytes >= blockBytes, "size is at least bs");
        require(runtimeMillis >= 0 && rampMillis >= 0, "runtime and ramp_time are not negative");
        require(!timeBased || runtimeMillis > 0, "time_based wants a runtime");
        require(randomPercent >= 0 && randomPercent <= PERCENT, "percentage_random is 0 to 100");
        require(readPercent >= 0 && readPercent <= PERCENT, "rwmixread is 0 to 100");
        require(fsyncEvery >= 0 && fdatasyncEvery >= 0, "fsync and fdatasync are not negative");
        require(rateIops >= 0, "rate_iops is not negative");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    /** How many blocks the file has; what is behind the last whole one is left alone. */
    long blocks() {
        return sizeBytes / blockBytes;
    }

    /** The options by fio's names, in fio's form. */
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("rw", pattern.id());
        options.put("bs", Integer.toString(blockBytes));
        options.put("iodepth", Integer.toString(depth));
        options.put("numjobs", Integer.toString(threads));
        options.put("size", Long.toString(sizeBytes));
        options.put("runtime", runtimeMillis + "ms");
        options.put("time_based", bit(timeBased));
        options.put("ramp_time", rampMillis + "ms");
        options.put("direct", bit(direct));
        options.put("random_distribution", distribution.id());
        options.put("percentage_random", Integer.toString(randomPercent));
        options.put("rwmixread", Integer.toString(readPercent));
        options.put("norandommap", bit(!randomMap));
        options.put("fsync", Integer.toString(fsyncEvery));
        options.put("fdatasync", Integer.toString(fdatasyncEvery));
        options.put("end_fsync", bit(endFsync));
        options.put("invalidate", bit(invalidate));
        options.put("rate_iops", Long.toString(rateIops));
        options.put("randseed", Long.toString(seed));
        return options;
    }

    private static String bit(boolean value) {
        return value ? "1" : "0";
    }

    /** One line of words {@code name=value}, which {@link #parse} understands. */
    String line() {
        StringBuilder line = new StringBuilder();
        options()
                .forEach((name, value) -> line.append(line.isEmpty() ? "" : " ")
                        .append(name)
                        .append('=')
                        .append(value));
        return line.toString();
    }

    /** The job of a {@link #line}. */
    static IoJob parse(String line) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String word : line.split(" ", -1)) {
            options.put(word.replaceFirst("=.*", ""), word.replaceFirst("[^=]*=", ""));
        }
        return new IoJob(
                IoPattern.of(word(options, "rw")),
                number(options, "bs"),
                number(options, "iodepth"),
                number(options, "numjobs"),
                Long.parseLong(word(options, "size")),
                millis(options, "runtime"),
                is(options, "time_based"),
                millis(options, "ramp_time"),
                is(options, "direct"),
                Distribution.of(word(options, "random_distribution")),
                number(options, "percentage_random"),
                number(options, "rwmixread"),
                !is(options, "norandommap"),
                number(options, "fsync"),
                number(options, "fdatasync"),
                is(options, "end_fsync"),
                is(options, "invalidate"),
                Long.parseLong(word(options, "rate_iops")),
                Long.parseLong(word(options, "randseed")));
    }

    private static String word(Map<String, String> options, String name) {
        String word = options.get(name);
        if (word == null) {
            throw new IllegalArgumentException("a job without " + name);
        }
        return word;
    }

    private static int number(Map<String, String> options, String name) {
        return Integer.parseInt(word(options, name));
    }

    private static boolean is(Map<String, String> options, String name) {
        return "1".equals(options.get(name));
    }

    private static long millis(Map<String, String> options, String name) {
        return Long.parseLong(word(options, name).replace("ms", ""));
    }

    /** What is measured in a few words: {@code randread 4096 B, 2 threads}. */
    public String title() {
        StringBuilder title = new StringBuilder("%s %s".formatted(pattern.id(), size(blockBytes)));
        if (threads > 1) {
            title.append(", ").append(threads).append(" threads");
        }
        if (depth > 1) {
            title.append(", depth ").append(depth);
        }
        if (!(distribution instanceof Distribution.Uniform)) {
            title.append(", ").append(distribution.id());
        }
        if (fsyncEvery > 0) {
            title.append(", fsync=").append(fsyncEvery);
        }
        if (fdatasyncEvery > 0) {
            title.append(", fdatasync=").append(fdatasyncEvery);
        }
        return title.toString();
    }

    static String size(long bytes) {
        if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
    }

    /** The same by one thread in a file of another size, with another pattern, block and time. */
    public IoJob ofFile(IoPattern other, int bytes, long fileBytes, long millis) {
        return new IoJob(
                other,
                bytes,
                depth,
                1,
                fileBytes,
                millis,
                true,
                rampMillis,
                direct,
                distribution,
                randomPercent,
                readPercent,
                randomMap,
                fsyncEvery,
                fdatasyncEvery,
                endFsync,
                invalidate,
                rateIops,
                seed);
    }

    /** The same with another pattern, block, number of threads and time. */
    IoJob with(IoPattern other, int bytes, int count, long millis) {
        return new IoJob(
                other,
                bytes,
                depth,
                count,
                sizeBytes,
                millis,
                true,
                rampMillis,
                direct,
                distribution,
                randomPercent,
                readPercent,
                randomMap,
                fsyncEvery,
                fdatasyncEvery,
                endFsync,
                invalidate,
                rateIops,
                seed);
    }

    /** The same after another time of running unmeasured. */
    IoJob withRamp(long millis) {
        return new IoJob(
                pattern,
                blockBytes,
                depth,
                threads,
                sizeBytes,
                runtimeMillis,
                timeBased,
                millis,
                direct,
                distribution,
                randomPercent,
                readPercent,
                randomMap,
                fsyncEvery,
                fdatasyncEvery,
                endFsync,
                invalidate,
                rateIops,
                seed);
    }

    /** The same, past the cache or not, beginning with an empty cache or not, durable at the end or not. */
    IoJob with(boolean pastCache, boolean emptied, boolean durable) {
        return new IoJob(
                pattern,
                blockBytes,
                depth,
                threads,
                sizeBytes,
                runtimeMillis,
                timeBased,
                emptied ? 0 : rampMillis,
                pastCache,
                distribution,
                randomPercent,
                readPercent,
                randomMap,
                fsyncEvery,
                fdatasyncEvery,
                durable,
                emptied,
                rateIops,
                seed);
    }
}
