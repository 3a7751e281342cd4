package dev.ring3.fs.vfs;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures operations for an observer; what the {@code Observed...} classes share. */
record Stopwatch(OperationObserver observer) {
    /** Does and measures what moves no content. */
    <T extends @Nullable Object> T time(ObservedOperation operation, Supplier<T> work) {
        long began = System.nanoTime();
        try {
            T result = work.get();
            succeeded(operation, began, 0);
            return result;
        } catch (RuntimeException e) {
            throw failed(operation, began, e);
        }
    }

    void run(ObservedOperation operation, Runnable work) {
        long began = System.nanoTime();
        try {
            work.run();
        } catch (RuntimeException e) {
            throw failed(operation, began, e);
        }
        succeeded(operation, began, 0);
    }

    void succeeded(ObservedOperation operation, long began, long bytes) {
        observer.ended(operation, System.nanoTime() - began, bytes, null);
    }

    /** Returns the exception, to be thrown on. */
    RuntimeException failed(ObservedOperation operation, long began, RuntimeException why) {
        Errno errno = why instanceof FsException failure ? failure.errno() : Errno.EIO;
        observer.ended(operation, System.nanoTime() - began, 0, errno);
        return why;
    }
}
