package dev.ring3.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The files that a command line names; {@code -} is standard input or output. What goes wrong is a
 * {@link CommandException} that names the file.
 */
final class CommandFiles {
    /** Stands for standard input or output. */
    static final String STANDARD = "-";

    /** Larger files are refused before memory is taken for them. */
    static final int BYTES_MAX = 256 << 20;

    private final Terminal terminal;

    CommandFiles(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What messages call a file. */
    static String name(String file) {
        return file.equals(STANDARD) ? "(standard input)" : file;
    }

    /** The whole content of a file. */
    byte[] read(String file) {
        try {
            if (file.equals(STANDARD)) {
                return readAll(file, terminal.in());
            }
            Path path = path(file);
            if (Files.isDirectory(path)) {
                throw CommandException.usage("%s is a directory, and a file is needed".formatted(file));
            }
            try (InputStream in = Files.newInputStream(path)) {
                return readAll(file, in);
            }
        } catch (IOException e) {
            throw failure("read", name(file), e);
        }
    }

    private static byte[] readAll(String file, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(BYTES_MAX + 1);
        if (bytes.length > BYTES_MAX) {
            throw CommandException.usage(
                    "%s has more than %d MiB, the most that is read".formatted(name(file), BYTES_MAX >> 20));
        }
        return bytes;
    }

    /**
     * Writes a file wholly or not at all: under another name first, then by one rename. What is no regular file, such
     * as {@code /dev/null}, is written to as it is.
     */
    void write(String file, byte[] bytes) {
        try {
            if (file.equals(STANDARD)) {
                terminal.out().write(bytes);
                terminal.out().flush();
                return;
            }
            Path path = path(file);
            if (Files.isDirectory(path)) {
                throw CommandException.usage("%s is a directory, and the name of a file is needed".formatted(file));
            }
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                Files.write(path, bytes);
            } else {
                replace(Files.exists(path) ? path.toRealPath() : path, bytes);
            }
        } catch (IOException e) {
            throw failure("write", file, e);
        }
    }

    private static void replace(Path path, byte[] bytes) throws IOException {
        Path temporary = path.resolveSibling(".%s.%08x.tmp"
                .formatted(path.getFileName(), ThreadLocalRandom.current().nextInt()));
        try {
            Files.write(temporary, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, path, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The path that a word of the command line stands for. */
    static Path path(String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw CommandException.usage("'%s' is no file name: %s".formatted(file, e.getReason()));
        }
    }

    /** A failure to read or write, in the words of a person. */
    static CommandException failure(String verb, String file, IOException e) {
        String reason = switch (e) {
            case NoSuchFileException _ -> verb.equals("read") ? "no such file" : "no such directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            case IOException other -> String.valueOf(other.getMessage());
        };
        return CommandException.usage("cannot %s %s: %s".formatted(verb, file, reason));
    }
}
