package dev.ring3.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that goes with all that is in it. */
public record Scratch(Path path) implements AutoCloseable {
    /** Makes one where the host keeps what is temporary. */
    public static Scratch create() {
        try {
            return new Scratch(Files.createTempDirectory("ring3-bench"));
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for what is temporary", e);
        }
    }

    /** Makes one in a directory. */
    public static Scratch in(Path directory) {
        try {
            Files.createDirectories(directory);
            return new Scratch(Files.createTempDirectory(directory, "ring3-bench"));
        } catch (IOException e) {
            throw new UncheckedIOException("no directory in " + directory, e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be deleted".formatted(path), e);
        }
    }
}
