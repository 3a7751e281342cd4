package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A copy that goes on after COPY was answered, or has ended lately (RFC 7862, section 4.6). */
public final class CopyState extends State {
    private final byte[] handle;
    private final long writeVerifier;
    private final AtomicLong copiedBytes = new AtomicLong();

    // Guarded by this object's monitor.
    private @Nullable NfsStatus status;
    private boolean cancelled;
    private long endedNanos;

    CopyState(Stateid first, NfsClient client, NodeId target, byte[] handle, long writeVerifier) {
        super(first, client, target);
        this.handle = handle;
        this.writeVerifier = writeVerifier;
    }

    /** The file that is written, as the client knows it. */
    byte[] handle() {
        return handle;
    }

    /** As it was when the copy began. */
    public long writeVerifier() {
        return writeVerifier;
    }

    /** How far it is. */
    public long copiedBytes() {
        return copiedBytes.get();
    }

    void copied(long bytes) {
        copiedBytes.addAndGet(bytes);
    }

    /** How it ended; null while it goes on. */
    public synchronized @Nullable NfsStatus status() {
        return status;
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Whether it was still going on. */
    synchronized boolean cancel() {
        boolean goesOn = status == null;
        cancelled = goesOn;
        return goesOn;
    }

    synchronized void end(NfsStatus how) {
        status = how;
        endedNanos = System.nanoTime();
    }

    synchronized boolean endedBefore(long nanos) {
        return status != null && System.nanoTime() - endedNanos > nanos;
    }
}
