package dev.ring3.server;

import dev.ring3.fs.FsException;
import dev.ring3.fs.volume.StoredVolume;
import dev.ring3.fs.volume.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Where a volume lies on the host: its metadata and its data, in directories of these names. */
public final class DataDirectory {
    private static final String METADATA = "metadata";

    /** What may lie in a directory in which a volume is begun: what a start that failed left, and what mkfs makes. */
    private static final Set<String> OURS = Set.of(
            "data",
            "control.sock",
            "hooks",
            "tokens.json",
            "nfs",
            "nfs-exports.json",
            "schedules.json",
            "replications.json",
            "audit.log",
            "lost+found");

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
     * @throws IllegalArgumentException if the directory is none, cannot be written to, or holds other things and no volume
     * @throws UncheckedIOException if the directory cannot be made
     */
    public static Volume open(Path directory, String user, long limitBytes, long memoryBytes) {
        requireUsable(directory);
        makePrivate(directory);
        return StoredVolume.open(directory, user, limitBytes, memoryBytes);
    }

    /** Fails where a volume cannot be, in the words of a person: what is below would only tell an errno of some file. */
    private static void requireUsable(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    "%s is no directory; --data names the one that holds the volume, or one that is not there yet"
                            .formatted(directory));
        }
        if (!Files.isReadable(directory) || !Files.isWritable(directory)) {
            throw new IllegalArgumentException(
                    "%s cannot be written to: it is another user's, or on a filesystem that is mounted read-only"
                            .formatted(directory));
        }
        try (Stream<Path> entries = Files.list(directory)) {
            List<String> names = entries.map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
            Optional<String> other = names.contains(METADATA)
                    ? Optional.empty()
                    : names.stream().filter(name -> !OURS.contains(name)).findFirst();
            if (other.isPresent()) {
                throw new IllegalArgumentException(
                        "%s holds \"%s\" and no volume; --data names an empty directory, or one that is not there yet"
                                .formatted(directory, other.get()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the data directory %s cannot be read".formatted(directory), e);
        }
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
            throw new UncheckedIOException(
                    "the data directory %s cannot be made: %s".formatted(directory, reason(e)), e);
        }
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException there -> there.getFile() + " is no directory";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }

    /** What is wrong with who may write there, if something is: who may can put other files in the place of ours. */
    static Optional<String> exposure(Path directory) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
            boolean exposed = permissions.contains(PosixFilePermission.OTHERS_WRITE)
                    || permissions.contains(PosixFilePermission.GROUP_WRITE);
            return exposed
                    ? Optional.of(
                            "others can write to %s (%s) and so do as they like with this server; 'chmod go-w' keeps them out"
                                    .formatted(directory, PosixFilePermissions.toString(permissions)))
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty(); // it was opened, so there is more to be said of it elsewhere
        }
    }

    /** As {@link #open}, of a volume that is there; ENOENT if there is none. */
    public static Volume openExisting(Path directory, String user) {
        return StoredVolume.openExisting(directory, user);
    }
}
