package dev.ring3.nio;

import dev.ring3.fs.FsException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one table from errors of the filesystem to exceptions of {@code java.nio.file}, as the JDK has them for Linux. What
 * depends on the operation stands there: ENOTDIR of a directory stream, EINVAL of a link that is none, EXDEV of a move.
 */
final class Errors {
    private Errors() {}

    /** The exception for a failure about a file, and perhaps another. */
    static IOException of(FsException failure, String file, @Nullable String other) {
        String reason = failure.errno().message();
        IOException exception = switch (failure.errno()) {
            case ENOENT -> new NoSuchFileException(file, other, null);
            case ESTALE -> new NoSuchFileException(file, other, reason);
            case EEXIST -> new FileAlreadyExistsException(file, other, null);
            case ENOTEMPTY -> new DirectoryNotEmptyException(Objects.requireNonNullElse(other, file));
            case EACCES -> new AccessDeniedException(file, other, null);
            case ELOOP -> new FileSystemLoopException(file);
            case EINTR -> new InterruptedIOException(reason);
            default -> new FileSystemException(file, other, reason);
        };
        exception.initCause(failure);
        return exception;
    }
}
