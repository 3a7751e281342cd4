package dev.ring3.bpf;

import dev.ring3.bpf.engine.Holdings;
import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.RingLog;
import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records from programs to the host, in order ({@code BPF_MAP_TYPE_RINGBUF}). Any number of runs write at a time; what a
 * run reserved and did not submit when it ends, however it ends, is discarded.
 *
 * <p>The host reads with {@link #consume}, or goes through what is there with {@link #iterator}; one thread at a time,
 * others wait. {@link #entriesMax} is the size in bytes.
 */
public final class RingBuffer extends MapBase implements BpfMap, Iterable<byte[]>, Holdings.Lender {
    static final int TYPE = 27;

    /** Between two looks of a reader that waits: programs may submit without waking it, and maps are closed. */
    private static final long LOOK_NANOS = 100_000_000;

    private static final int AVAILABLE_DATA = 0;
    private static final int RING_SIZE = 1;
    private static final int CONSUMER_POSITION = 2;
    private static final int PRODUCER_POSITION = 3;

    private final RingLog log;
    private final long address;
    private final ReentrantLock reading = new ReentrantLock(); // who has it is the log's reader

    RingBuffer(Origin origin) {
        super(origin);
        if (entriesMax() < BpfMemory.PAGE_BYTES || Integer.bitCount(entriesMax()) != 1) {
            throw new IllegalArgumentException("a ring buffer of %d bytes, a power of two from %d on is possible"
                    .formatted(entriesMax(), BpfMemory.PAGE_BYTES));
        }
        if (MapFlags.areInvalid(origin.flags(), 0) || (origin.flags() & MapFlags.ACCESS) != 0) {
            throw new IllegalArgumentException("flags 0x%x of a ring buffer".formatted(origin.flags()));
        }
        if (keyBytes() != 0 || valueBytes() != 0) {
            throw new IllegalArgumentException("keys or values of a ring buffer, which has none");
        }
        this.address = allocate(RingLog.memoryBytes(entriesMax()));
        this.log = new RingLog(address, entriesMax());
    }

    @Override
    String kind() {
        return "ring buffer";
    }

    @Override
    void wakeUp() {
        log.wakeUp();
    }

    /** The address of memory that is the run's until it submits or discards it, or {@link #NULL}. */
    long reserve(HostCalls call, long bytes, long flags) {
        if (flags != 0 || !call.holdings().hasRoom()) {
            return NULL;
        }
        long record = log.reserve(bytes);
        if (record != 0) {
            call.holdings().lend(record, bytes, this);
        }
        return record;
    }

    void submit(long record, long flags) {
        log.submit(record, flags);
    }

    void discard(long record, long flags) {
        log.discard(record, flags);
    }

    @Override
    public void takeBack(long record) {
        log.discard(record, 0);
    }

    /** Copies a record in; 0 or a negative errno. */
    int output(long from, long bytes, long flags) {
        if ((flags & ~(RingLog.NO_WAKE_UP | RingLog.FORCE_WAKE_UP)) != 0) {
            return HelperErrors.EINVAL;
        }
        long record = log.reserve(bytes);
        if (record == 0) {
            return HelperErrors.EAGAIN;
        }
        BpfBytes.copy(from, record, bytes);
        log.submit(record, flags);
        return 0;
    }

    long query(long what) {
        if (what != (int) what) {
            return 0;
        }
        return switch ((int) what) {
            case AVAILABLE_DATA -> log.producerPosition() - log.consumerPosition();
            case RING_SIZE -> entriesMax();
            case CONSUMER_POSITION -> log.consumerPosition();
            case PRODUCER_POSITION -> log.producerPosition();
            default -> 0;
        };
    }

    /** Bytes that are reserved and not read. */
    public long availableBytes() {
        return query(AVAILABLE_DATA);
    }

    /**
     * Reads all records that are there, and at most as many bytes as the buffer has.
     *
     * @param reader gets each record; the memory is not to be kept. What it throws ends the reading after its record.
     * @return how many records there were
     */
    public int consume(Consumer<MemorySegment> reader) {
        reading.lock();
        try (HostAccess _ = HostAccess.to(this)) {
            int records = 0;
            long end = log.consumerPosition() + entriesMax();
            while (log.consumerPosition() < end) {
                long record = log.next();
                if (record == 0) {
                    break;
                }
                records++;
                try {
                    reader.accept(BpfMemory.SEGMENT
                            .asSlice(record, log.lengthBytes(record))
                            .asReadOnly());
                } finally {
                    log.consume(record);
                }
            }
            return records;
        } finally {
            reading.unlock();
        }
    }

    /**
     * As {@link #consume(Consumer)}, but waits for a first record.
     *
     * @return how many records there were; 0 if none came in time, or the thread was interrupted
     * @throws IllegalStateException if the map is closed, also meanwhile
     */
    public int consume(Consumer<MemorySegment> reader, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            int records = consume(reader);
            long left = deadline - System.nanoTime();
            if (records != 0 || left <= 0 || Thread.currentThread().isInterrupted()) {
                return records;
            }
            reading.lock();
            try {
                requireOpen();
                log.await(Math.min(left, LOOK_NANOS));
            } finally {
                reading.unlock();
            }
        }
    }

    /** Goes through the records that are there, which are read with it; ends when there is none at the moment. */
    @Override
    public Iterator<byte[]> iterator() {
        return new Records();
    }

    private final class Records implements Iterator<byte[]> {
        private byte @Nullable [] next;

        @Override
        public boolean hasNext() {
            if (next == null) {
                next = poll();
            }
            return next != null;
        }

        @Override
        public byte[] next() {
            byte[] record = next == null ? poll() : next;
            next = null;
            if (record == null) {
                throw new NoSuchElementException("ring buffer %s has no record".formatted(name()));
            }
            return record;
        }
    }

    private byte @Nullable [] poll() {
        reading.lock();
        try (HostAccess _ = HostAccess.to(this)) {
            long record = log.next();
            if (record == 0) {
                return null;
            }
            byte[] bytes =
                    BpfMemory.SEGMENT.asSlice(record, log.lengthBytes(record)).toArray(ValueLayout.JAVA_BYTE);
            log.consume(record);
            return bytes;
        } finally {
            reading.unlock();
        }
    }
}
