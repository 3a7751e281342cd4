package dev.ring3.it.hooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The shipped examples. */
public final class Examples {
    private static final Path FOLDER =
            Path.of("..", "examples").toAbsolutePath().normalize();

    private Examples() {}

    /** The compiled object of one. */
    public static byte[] object(String name) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(name).resolve(name + ".bpf.o"));
    }
}
