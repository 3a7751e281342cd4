package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A log of records from many writers to one reader, in the order in which they were reserved ({@code
 * kernel/bpf/ringbuf.c}). Positions are bytes that ever were, modulo the size they are places:
 *
 * <pre>
 * offset  bytes
 * 0       8      length of the record; BUSY until it is complete, DISCARDED if it is to be passed over
 * 8              the record, up to a multiple of 8
 * </pre>
 *
 * A record that reaches over the end goes on behind it, in memory that is there for this: no two records can do so at a
 * time. Writers take a lock to reserve; they write, and complete, without one. The reader takes none.
 */
public final class RingLog {
    /** Complete without waking the reader ({@code BPF_RB_NO_WAKEUP}). */
    public static final long NO_WAKE_UP = 1;

    /** Complete and wake the reader ({@code BPF_RB_FORCE_WAKEUP}); without either, if it has read all before. */
    public static final long FORCE_WAKE_UP = 1 << 1;

    private static final int HEADER_BYTES = 8;
    private static final long BUSY = 1L << 31;
    private static final long DISCARDED = 1L << 30;
    private static final long LENGTH = DISCARDED - 1;

    private final long address;
    private final long sizeBytes;
    private final MapLock lock = new MapLock(1);
    private volatile long producer; // written under the lock
    private volatile long consumer; // written by the reader
    private volatile @Nullable Thread waiting; // the reader, written by it

    /**
     * An empty log.
     *
     * @param address of {@link #memoryBytes} bytes
     * @param sizeBytes a power of two
     */
    public RingLog(long address, long sizeBytes) {
        this.address = address;
        this.sizeBytes = sizeBytes;
    }

    /** The memory that a log of a size takes. */
    public static long memoryBytes(long sizeBytes) {
        return 2 * sizeBytes;
    }

    /** The address of a new record, or 0 if there is no room for it. */
    public long reserve(long bytes) {
        long length = ValueFormat.aligned(bytes + HEADER_BYTES);
        if (bytes < 0 || bytes > LENGTH || length > sizeBytes) {
            return 0;
        }
        lock.lock(0);
        long start = producer;
        long record = 0;
        if (start + length - consumer < sizeBytes) {
            record = place(start) + HEADER_BYTES;
            BpfBytes.setLongRelease(place(start), bytes | BUSY);
            producer = start + length;
        }
        lock.unlock(0);
        return record;
    }

    /** Makes a record visible. */
    public void submit(long record, long flags) {
        complete(record, 0, flags);
    }

    /** Has a record passed over. */
    public void discard(long record, long flags) {
        complete(record, DISCARDED, flags);
    }

    private void complete(long record, long mark, long flags) {
        long header = record - HEADER_BYTES;
        long length = BpfBytes.longAcquire(header) & LENGTH;
        BpfBytes.setLongVolatile(header, length | mark); // before the reader is looked for
        Thread reader = waiting;
        if (reader != null
                && ((flags & FORCE_WAKE_UP) != 0 || ((flags & NO_WAKE_UP) == 0 && place(consumer) == header))) {
            LockSupport.unpark(reader);
        }
    }

    /** The reader's next record that is complete and not to be passed over; 0 if there is none yet. */
    public long next() {
        while (consumer != producer) {
            long header = place(consumer);
            long length = BpfBytes.longAcquire(header);
            if ((length & BUSY) != 0) {
                return 0;
            }
            if ((length & DISCARDED) == 0) {
                return header + HEADER_BYTES;
            }
            pass(length & LENGTH);
        }
        return 0;
    }

    /** The length of the record that {@link #next} returned. */
    public long lengthBytes(long record) {
        return BpfBytes.longAcquire(record - HEADER_BYTES) & LENGTH;
    }

    /** Makes room: the reader is done with the record that {@link #next} returned. */
    public void consume(long record) {
        pass(lengthBytes(record));
    }

    private void pass(long length) {
        long position = consumer;
        consumer = position + ValueFormat.aligned(length + HEADER_BYTES);
    }

    /** Has the reader's thread wait until it may be worth looking again, at most so long. */
    public void await(long nanos) {
        waiting = Thread.currentThread();
        if (next() == 0) { // after it is known that this waits
            LockSupport.parkNanos(this, nanos);
        }
        waiting = null;
    }

    /** Ends the reader's wait. */
    public void wakeUp() {
        Thread reader = waiting;
        if (reader != null) {
            LockSupport.unpark(reader);
        }
    }

    /** Bytes that ever were reserved. */
    public long producerPosition() {
        return producer;
    }

    /** Bytes that ever were read. */
    public long consumerPosition() {
        return consumer;
    }

    private long place(long position) {
        return address + (position & (sizeBytes - 1));
    }
}
