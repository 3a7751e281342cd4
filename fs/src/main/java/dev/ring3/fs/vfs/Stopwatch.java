package dev.ring3.fs.vfs;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures operations for an observer; what the {@code Observed...} classes share. */
record Stopwatch(OperationObserver observer) {
    /** The beginning of what is not timed. */
    private static final long NONE = Long.MIN_VALUE;

    /** When an operation begins; for one in some, if it is of a frequent kind. */
    static long begin(ObservedOperation operation) {
        int weight = operation.weight();
        return weight == 1 || ThreadLocalRandom.current().nextInt(weight) == 0 ? System.nanoTime() : NONE;
    }

    private static long since(long began) {
        return began == NONE ? -1 : Math.max(0, System.nanoTime() - began);
    }

    /** Does and measures what moves no content. */
    <T extends @Nullable Object> T time(ObservedOperation operation, Supplier<T> work) {
        long began = begin(operation);
        try {
            T result = work.get();
            succeeded(operation, began, 0);
            return result;
        } catch (RuntimeException e) {
            throw failed(operation, began, e);
        }
    }

    void run(ObservedOperation operation, Runnable work) {
        long began = begin(operation);
        try {
            work.run();
        } catch (RuntimeException e) {
            throw failed(operation, began, e);
        }
        succeeded(operation, began, 0);
    }

    void succeeded(ObservedOperation operation, long began, long bytes) {
        observer.ended(operation, since(began), bytes, null);
    }

    /** The same of what moves content of one file. */
    void succeeded(ObservedOperation operation, long began, long bytes, OpenFile file) {
        succeeded(operation, began, bytes);
        if (began != NONE) {
            observer.sampled(operation, file.node());
        }
    }

    /** Returns the exception, to be thrown on. */
    RuntimeException failed(ObservedOperation operation, long began, RuntimeException why) {
        Errno errno = why instanceof FsException failure ? failure.errno() : Errno.EIO;
        observer.ended(operation, since(began), 0, errno);
        return why;
    }
}
