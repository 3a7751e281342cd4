package dev.ring3.mm.cache;

import java.io.IOException;

/** A part of a file could not be written back. It stays in the cache, dirty, and is tried again. */
public final class WritebackException extends IOException {
    private static final long serialVersionUID = 1L;

    WritebackException(String message, Throwable cause) {
        super(message, cause);
    }
}
