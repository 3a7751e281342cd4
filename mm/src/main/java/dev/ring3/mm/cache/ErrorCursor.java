package dev.ring3.mm.cache;

/**
 * What somebody who has a file open has learned of its writeback errors. Each open file has its own; whoever duplicates
 * a descriptor shares it.
 */
public final class ErrorCursor {
    /** Up to which error of its file. Under the lock of the file's {@link ErrorSequence}. */
    long seen;

    ErrorCursor(long seen) {
        this.seen = seen;
    }
}
