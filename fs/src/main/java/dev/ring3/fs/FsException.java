package dev.ring3.fs;

import dev.ring3.linux.Errno;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the filesystem that failed: the error as Linux names it, what was tried, and on what.
 *
 * <p>Unchecked, because nearly every operation can fail so. A front end has one table that turns {@link #errno} into
 * its own errors; the rest is for people. Everyday answers such as ENOENT carry no stack trace, because a lookup that
 * finds nothing must cost no walk over the stack; failures of the storage do.
 */
public sealed class FsException extends RuntimeException permits CorruptionException, DelayException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;
    private final String operation;
    private final String object;

    /**
     * Reports a failure.
     *
     * @param operation what was tried: {@code rename}
     * @param object what it was applied to, or why it failed where the error alone does not say: {@code "a" over "b"}
     */
    public FsException(Errno errno, String operation, String object) {
        this(errno, operation, object, null);
    }

    /** Reports a failure that another exception caused, or none. */
    public FsException(Errno errno, String operation, String object, @Nullable Throwable cause) {
        super(null, cause, true, errno == Errno.EIO || errno == Errno.EUCLEAN);
        this.errno = errno;
        this.operation = operation;
        this.object = object;
    }

    /** Operation, object, the name of the error and what it means. */
    @Override
    public String getMessage() {
        return "%s: %s: %s (%s)".formatted(operation, object, errno.name(), errno.message());
    }

    /** The error as Linux names it. */
    public Errno errno() {
        return errno;
    }

    /** What was tried. */
    public String operation() {
        return operation;
    }

    /** What the operation was applied to. */
    public String object() {
        return object;
    }
}
