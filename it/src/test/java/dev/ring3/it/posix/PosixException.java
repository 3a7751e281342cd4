package dev.ring3.it.posix;

import dev.ring3.linux.Errno;

/** A system call that failed. */
final class PosixException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    PosixException(Errno errno, String call) {
        super(call + ": " + errno);
        this.errno = errno;
    }

    Errno errno() {
        return errno;
    }
}
