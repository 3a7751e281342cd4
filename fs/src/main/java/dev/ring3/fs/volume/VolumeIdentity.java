package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The file {@code volume} of a data directory, which says whose directory it is, beside the metadata that may get lost. So
 * that where metadata is gone no empty volume is begun over the data, and none of another volume is put to it.
 */
final class VolumeIdentity {
    private static final String FILE = "volume";
    private static final String PREFIX = "ring3 volume ";

    private VolumeIdentity() {}

    /** What the directory says of itself; empty if it says nothing. */
    static Optional<UUID> read(Path directory) {
        try {
            String text = Files.readString(directory.resolve(FILE), StandardCharsets.ISO_8859_1)
                    .strip();
            return text.startsWith(PREFIX)
                    ? Optional.of(UUID.fromString(text.substring(PREFIX.length())))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // of an older Ring3, or damaged: nothing is known
        }
    }

    /** Lets the directory say it, if it does not yet. Durable before it is seen. */
    static void write(Path directory, UUID volume) {
        if (read(directory).filter(volume::equals).isPresent()) {
            return;
        }
        Path temporary = directory.resolve(FILE + ".new");
        try {
            try (FileChannel file = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer text = ByteBuffer.wrap((PREFIX + volume + "\n").getBytes(StandardCharsets.ISO_8859_1));
                while (text.hasRemaining()) {
                    file.write(text);
                }
                file.force(true);
            }
            Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be written to".formatted(directory), e);
        }
    }

    /**
     * Holds a store against what the directory says.
     *
     * @param device of its data; closed again
     * @throws FsException EUCLEAN if the store is empty where a volume was, or is another volume's
     */
    static void requireOf(Path directory, OrderedStore store, Supplier<BlockDevice> device) {
        byte[] header = store.get(KeyLayout.header());
        Optional<UUID> said = read(directory);
        if (header == null) {
            if (said.isPresent() || hasData(device)) {
                throw new FsException(
                        Errno.EUCLEAN,
                        "open volume",
                        "%s has data and no metadata; 'ring3 fs restore' puts it back from a backup"
                                .formatted(directory));
            }
            return;
        }
        UUID here = VolumeHeader.decode(header).uuid();
        if (said.isPresent() && !said.get().equals(here)) {
            throw new FsException(
                    Errno.EUCLEAN,
                    "open volume",
                    "%s is the directory of volume %s and has the metadata of %s"
                            .formatted(directory, said.get(), here));
        }
    }

    private static boolean hasData(Supplier<BlockDevice> device) {
        try (BlockDevice opened = device.get()) {
            return !opened.segments().isEmpty();
        }
    }
}
