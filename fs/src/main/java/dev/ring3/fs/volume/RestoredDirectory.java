package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data directory into which metadata is put back: filled beside what is there, then put in its place. A crash between
 * leaves a directory that has data and no metadata, which {@link VolumeIdentity} refuses to take for an empty volume.
 */
final class RestoredDirectory {
    private static final String FILLING = ".restoring";
    private static final String ASIDE = ".before-restore-";

    private final Path directory;
    private final Path metadata;
    private final Path filling;
    private final OrderedStoreProvider engine;
    private final String owner;

    RestoredDirectory(Path directory, String metadata, OrderedStoreProvider engine, String owner) {
        this.directory = directory;
        this.metadata = directory.resolve(metadata);
        this.filling = directory.resolve(metadata + FILLING);
        this.engine = engine;
        this.owner = owner;
    }

    /** Fills a store beside the one that is there, which stays as it is. */
    BackupSummary fill(BackupReader backup, boolean replace, VolumeReport.Progress progress) {
        if (Files.exists(metadata) && !replace) {
            throw new FsException(Errno.EEXIST, "restore", metadata.toString());
        }
        UUID volume = backup.header().volume();
        require(VolumeIdentity.read(directory), volume);
        MetadataRestore.Known before = known();
        require(before.volume(), volume);
        boolean done = false;
        try {
            Files.createDirectories(directory);
            delete(filling); // of a restore that was cut
            BackupSummary summary;
            try (OrderedStore store = engine.open(filling, owner)) {
                summary = MetadataRestore.run(backup, store, before, progress);
            }
            done = true;
            return summary;
        } catch (IOException e) {
            throw failed(e);
        } finally {
            if (!done) {
                deleteQuietly();
            }
        }
    }

    private void require(Optional<UUID> there, UUID volume) {
        if (there.isPresent() && !there.get().equals(volume)) {
            throw new FsException(
                    Errno.EXDEV,
                    "restore",
                    "%s has volume %s, and the backup is of %s".formatted(directory, there.get(), volume));
        }
    }

    /** What the store tells that is there; EBUSY if somebody has it open. */
    private MetadataRestore.Known known() {
        if (!Files.exists(metadata)) {
            return MetadataRestore.Known.NOTHING;
        }
        try (OrderedStore store = engine.open(metadata, owner)) {
            return MetadataRestore.Known.of(store);
        } catch (FsException e) {
            if (e.errno() == Errno.EBUSY || e.errno() == Errno.EOPNOTSUPP) {
                throw e;
            }
            return MetadataRestore.Known.NOTHING; // so damaged that it does not open
        }
    }

    /** Puts what was filled in the place of what is there; returns where that is now, or null if nothing was. */
    @Nullable
    Path swap(UUID volume) {
        try {
            VolumeIdentity.write(directory, volume);
            Path aside = null;
            if (Files.exists(metadata)) {
                aside = free();
                Files.move(metadata, aside, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(filling, metadata, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
                opened.force(true);
            }
            return aside;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Path free() {
        int number = 1;
        while (Files.exists(directory.resolve(metadata.getFileName() + ASIDE + number))) {
            number++;
        }
        return directory.resolve(metadata.getFileName() + ASIDE + number);
    }

    private UncheckedIOException failed(IOException e) {
        return new UncheckedIOException("the data directory %s cannot be changed".formatted(directory), e);
    }

    private void deleteQuietly() {
        try {
            delete(filling);
        } catch (IOException e) {
            // the next restore deletes it
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(tree)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
