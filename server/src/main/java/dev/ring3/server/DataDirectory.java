package dev.ring3.server;

import dev.ring3.fs.FsException;
import dev.ring3.fs.volume.StoredVolume;
import dev.ring3.fs.volume.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where a volume lies on the host: its metadata and its data, in directories of these names. */
public final class DataDirectory {
    private DataDirectory() {}

    /** The socket at which a server that has it open listens to commands. */
    public static Path controlSocket(Path directory) {
        return directory.resolve("control.sock");
    }

    static Path hooks(Path directory) {
        return directory.resolve("hooks");
    }

    static Path tokens(Path directory) {
        return directory.resolve("tokens.json");
    }

    static Path nfsState(Path directory) {
        return directory.resolve("nfs");
    }

    static Path schedules(Path directory) {
        return directory.resolve("schedules.json");
    }

    static Path nfsExports(Path directory) {
        return directory.resolve("nfs-exports.json");
    }

    static Path replications(Path directory) {
        return directory.resolve("replications.json");
    }

    static Path audit(Path directory) {
        return directory.resolve("audit.log");
    }

    /**
     * Opens the volume, or begins an empty one where there is none.
     *
     * @param user what the volume is opened for; a second one is told it: {@code ring3 serve}
     * @param limitBytes the most that the volume may take; {@link Long#MAX_VALUE} for as much as the host has
     * @param memoryBytes how much memory the cache of file data may take; 0 for none
     * @throws FsException EBUSY if it is open already, with what for; EUCLEAN for a damaged volume; EOPNOTSUPP for one of a
     *     newer Ring3
     * @throws UncheckedIOException if the directory cannot be made
     */
    public static Volume open(Path directory, String user, long limitBytes, long memoryBytes) {
        makePrivate(directory);
        return StoredVolume.open(directory, user, limitBytes, memoryBytes);
    }

    /** What is in files of others is nobody else's: a directory that is made here is its owner's alone. */
    private static void makePrivate(Path directory) {
        Path place = directory.toAbsolutePath();
        try {
            if (!Files.exists(place)) {
                Files.createDirectories(place.getParent());
                Files.createDirectory(
                        place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the data directory %s cannot be made".formatted(directory), e);
        }
    }

    /** As {@link #open}, of a volume that is there; ENOENT if there is none. */
    public static Volume openExisting(Path directory, String user) {
        return StoredVolume.openExisting(directory, user);
    }
}
