package dev.ring3.fs.volume;

import dev.ring3.fs.extent.DataOptions;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a volume is opened.
 *
 * @param cachedInodes about how many inodes are kept in memory besides those in use
 * @param commitInterval how often what was written is made durable without anybody asking; zero for never
 * @param time where timestamps come from; change attributes do not
 * @param data how data is kept
 */
public record VolumeOptions(int cachedInodes, Duration commitInterval, InstantSource time, DataOptions data) {
    /** 65,536 inodes, a second, the system's clock. */
    public static final VolumeOptions DEFAULT =
            new VolumeOptions(1 << 16, Duration.ofSeconds(1), InstantSource.system(), DataOptions.DEFAULT);

    /** The same with another clock. */
    public VolumeOptions withTime(InstantSource source) {
        return new VolumeOptions(cachedInodes, commitInterval, source, data);
    }

    /** The same with another number of inodes. */
    public VolumeOptions withCachedInodes(int count) {
        return new VolumeOptions(count, commitInterval, time, data);
    }

    /** The same with another interval. */
    public VolumeOptions withCommitInterval(Duration interval) {
        return new VolumeOptions(cachedInodes, interval, time, data);
    }

    /** The same with other options for data. */
    public VolumeOptions withData(DataOptions options) {
        return new VolumeOptions(cachedInodes, commitInterval, time, options);
    }
}
