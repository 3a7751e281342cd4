package dev.ring3.bench.io;

import java.nio.file.Path;
import java.util.List;

/**
 * What is measured, and where.
 *
 * @param job the job
 * @param name {@code name}: what it is called in reports
 * @param engines one after the other, in each fork
 * @param place a directory for the files, which stay there; or, for engines on files of the host, a file
 * @param memoryBytes what the caches of Ring3 may take; 0 for as much as holds the file
 * @param forks processes for each engine
 * @param command what is written beside the figures
 */
public record IoOptions(
        IoJob job, String name, List<IoEngine> engines, Path place, long memoryBytes, int forks, String command) {
    private static final long MEMORY_MIN = 256L << 20;

    public IoOptions {
        engines = List.copyOf(engines);
        if (forks < 1 || engines.isEmpty()) {
            throw new IllegalArgumentException("at least one fork of one engine");
        }
    }

    long memory() {
        return memoryBytes > 0 ? memoryBytes : Math.max(MEMORY_MIN, job.sizeBytes() + job.sizeBytes() / 2);
    }
}
