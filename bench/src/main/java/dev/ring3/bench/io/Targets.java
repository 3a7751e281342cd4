package dev.ring3.bench.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where files to be measured lie.
 *
 * @param place a directory; or, where the host's files are measured, a file
 * @param memoryBytes what the caches of Ring3 may take
 */
record Targets(Path place, long memoryBytes) {
    private static final String HOST_FILE = "bench.0.0"; // as fio calls it
    private static final String VOLUME = "volume";

    /** Opens one. */
    Target open(IoEngine engine, long sizeBytes) {
        return switch (engine) {
            case PREAD, UNCACHED, IO_URING -> HostFile.open(engine, hostFile(), sizeBytes);
            case FILECHANNEL, MAPPED -> JavaFile.open(HostFile.open(engine, hostFile(), sizeBytes), engine, sizeBytes);
            case RING3 -> VolumeFile.open(volume(), sizeBytes, memoryBytes);
            case RING3_CACHE -> CacheFile.open(HostFile.open(engine, hostFile(), sizeBytes), sizeBytes, memoryBytes);
            case RING3_NFS -> NfsFile.open(volume(), sizeBytes, memoryBytes);
            case RING3_FUSE, RING3_NFS_MOUNT -> FrontEndFile.open(engine, volume(), sizeBytes, memoryBytes);
        };
    }

    private Path hostFile() {
        return Files.isDirectory(place) ? place.resolve(HOST_FILE) : place;
    }

    private Path volume() {
        Path directory = Files.isDirectory(place) ? place : parent();
        try {
            return Files.createDirectories(directory.resolve(VOLUME));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path parent() {
        Path parent = place.toAbsolutePath().getParent();
        return parent == null ? place.toAbsolutePath() : parent;
    }
}
