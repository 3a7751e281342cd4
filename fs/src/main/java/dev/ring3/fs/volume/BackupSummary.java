package dev.ring3.fs.volume;

import java.io.InputStream;
import java.time.Instant;
import java.util.UUID;

/**
 * What is in a backup of metadata.
 *
 * @param volume whose
 * @param taken of when
 * @param records how many keys
 * @param bytes how long the file is
 */
public record BackupSummary(UUID volume, Instant taken, long records, long bytes) {
    /**
     * Reads a backup to its end, and checks it.
     *
     * @throws dev.ring3.fs.FsException EBADMSG for one that is damaged, or ends too soon; EOPNOTSUPP for one of a newer Ring3
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static BackupSummary read(InputStream in) {
        return new BackupReader(in).readAll((_, _) -> {});
    }
}
