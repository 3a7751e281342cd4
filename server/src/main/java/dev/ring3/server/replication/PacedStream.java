package dev.ring3.server.replication;

import dev.ring3.server.job.Job;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;

/** A stream that tells a job how much went through it, and lets no more through than so many bytes a second. */
final class PacedStream extends OutputStream {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** What was not used before may be used at once, as far as it is of this time. */
    private static final long BURST_NANOS = 100_000_000;

    private final OutputStream out;
    private final Job job;
    private final long total;
    private final long bytesPerSecond;
    private long freeNanos = System.nanoTime(); // when the next byte may go
    private volatile long bytes; // written by the job's thread

    /**
     * Over another one.
     *
     * @param total what is expected to come; -1 if that is not known
     * @param bytesPerSecond 0 for no limit
     */
    PacedStream(OutputStream out, Job job, long total, long bytesPerSecond) {
        this.out = out;
        this.job = job;
        this.total = total;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** How much went through. */
    long bytes() {
        return bytes;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
        long now = bytes + length;
        bytes = now;
        job.progress(now, total < 0 ? total : Math.max(total, now), "bytes");
        if (bytesPerSecond > 0) {
            await(length);
        }
    }

    private void await(int length) throws IOException {
        long nowNanos = System.nanoTime();
        freeNanos = Math.max(freeNanos, nowNanos - BURST_NANOS) + length * NANOS_PER_SECOND / bytesPerSecond;
        if (freeNanos > nowNanos) {
            out.flush(); // what has to wait for the next byte need not wait itself
            try {
                TimeUnit.NANOSECONDS.sleep(freeNanos - nowNanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
