package dev.ring3.fs.vfs;

import dev.ring3.fs.NodeId;
import dev.ring3.linux.Errno;
import org.jspecify.annotations.Nullable;

/** Is told of every operation of a {@link Vfs} when it has ended, on the thread that did it. */
@FunctionalInterface
public interface OperationObserver {
    /**
     * An operation ended. Runs in the path of each: must not block, must not throw.
     *
     * @param nanos how long it took, with permission, programs, and waiting for leases of others; negative if it was not
     *     timed, see {@link ObservedOperation#weight}
     * @param bytes of content that were read, written, copied or shared; 0 for what moves none, and for what failed
     * @param failure why it had no effect, or null
     */
    void ended(ObservedOperation operation, long nanos, long bytes, @Nullable Errno failure);

    /**
     * Which file some of the reads and writes were of that had an effect: those that were timed, each of which stands for
     * {@link ObservedOperation#weight} of its kind. Runs in their path, as {@link #ended} does.
     */
    default void sampled(ObservedOperation operation, NodeId node) {}
}
