package dev.ring3.fs;

import org.jspecify.annotations.Nullable;

/** An open inode that becomes ready, as processes do: what {@code poll(2)} waits for. */
public interface PollNode extends OpenNode {
    /** {@code POLLIN | POLLRDNORM}: there is something to read. */
    int READABLE = 0x41;

    /** {@code POLLOUT | POLLWRNORM}: it can be written to. */
    int WRITABLE = 0x104;

    /** {@code POLLHUP}: nothing more will come. */
    int HANG_UP = 0x10;

    /**
     * What it is ready for now.
     *
     * @param onChange called once when that changes, on a thread that must not be kept, with no lock held; in place of
     *     the one that was given before, which null leaves
     */
    int poll(@Nullable Runnable onChange);

    /** Whether a read with nothing to read (EAGAIN) is one to wait with, if the reader does not mind. */
    boolean readWaits();
}
