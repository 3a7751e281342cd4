package dev.ring3.fs.volume;

import dev.ring3.fs.Owner;
import dev.ring3.fs.extent.DataOptions;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a volume is opened.
 *
 * @param cachedInodes about how many inodes are kept in memory besides those in use
 * @param commitInterval how often what was written is made durable without anybody asking; zero for never
 * @param trimInterval how often space that was freed is given back to the host, after a commit
 * @param time where timestamps come from; change attributes do not
 * @param data how data is kept
 * @param memoryBytes how much memory the cache of file data may take, outside of the heap and as it is needed; 0 for no cache
 * @param owner whose the root directory of a volume is that is begun
 */
public record VolumeOptions(
        int cachedInodes,
        Duration commitInterval,
        Duration trimInterval,
        InstantSource time,
        DataOptions data,
        long memoryBytes,
        Owner owner) {
    /** 65,536 inodes, a second, ten seconds, the system's clock, 256 MiB, root's. */
    public static final VolumeOptions DEFAULT = new VolumeOptions(
            1 << 16,
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            InstantSource.system(),
            DataOptions.DEFAULT,
            256L << 20,
            Owner.ROOT);

    /** The same with another clock. */
    public VolumeOptions withTime(InstantSource source) {
        return new VolumeOptions(cachedInodes, commitInterval, trimInterval, source, data, memoryBytes, owner);
    }

    /** The same with another number of inodes. */
    public VolumeOptions withCachedInodes(int count) {
        return new VolumeOptions(count, commitInterval, trimInterval, time, data, memoryBytes, owner);
    }

    /** The same with another interval. */
    public VolumeOptions withCommitInterval(Duration interval) {
        return new VolumeOptions(cachedInodes, interval, trimInterval, time, data, memoryBytes, owner);
    }

    /** The same that gives space back at another interval. */
    public VolumeOptions withTrimInterval(Duration interval) {
        return new VolumeOptions(cachedInodes, commitInterval, interval, time, data, memoryBytes, owner);
    }

    /** The same with another amount of memory. */
    public VolumeOptions withMemoryBytes(long bytes) {
        return new VolumeOptions(cachedInodes, commitInterval, trimInterval, time, data, bytes, owner);
    }

    /** The same with other options for data. */
    public VolumeOptions withData(DataOptions options) {
        return new VolumeOptions(cachedInodes, commitInterval, trimInterval, time, options, memoryBytes, owner);
    }

    /** The same whose root directory, if the volume is begun, is somebody's. */
    public VolumeOptions withOwner(Owner whose) {
        return new VolumeOptions(cachedInodes, commitInterval, trimInterval, time, data, memoryBytes, whose);
    }
}
