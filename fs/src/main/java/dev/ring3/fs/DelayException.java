package dev.ring3.fs;

import dev.ring3.fs.lock.Recall;
import dev.ring3.linux.Errno;

/**
 * Another client has a lease on the file, and was asked to give it back (EAGAIN); only for callers that do not want to
 * wait. To be tried again when the recall is clear: NFS4ERR_DELAY.
 */
public final class DelayException extends FsException {
    private static final long serialVersionUID = 1L;

    private final transient Recall recall;

    /** Reports the leases that are in the way. */
    public DelayException(String operation, String object, Recall recall) {
        super(Errno.EAGAIN, operation, object);
        this.recall = recall;
    }

    /** Says when the way is free. */
    public Recall recall() {
        return recall;
    }
}
