package dev.ring3.bench.io;

import dev.ring3.linux.RawFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * An {@code io_uring(7)} of one thread, with a buffer for each operation that may be under way. Layouts and numbers are those of
 * {@code include/uapi/linux/io_uring.h}.
 */
final class Uring implements Lane {
    private static final int SETUP = 425;
    private static final int ENTER = 426;
    private static final int ENTER_GETEVENTS = 1;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final long OFFSET_RINGS = 0;
    private static final long OFFSET_ENTRIES = 0x1000_0000L;
    private static final int FEATURE_SINGLE_MMAP = 1;
    private static final int PARAMS_BYTES = 120;
    private static final int PARAMS_FEATURES = 20;
    private static final int SUBMISSION_OFFSETS = 40;
    private static final int COMPLETION_OFFSETS = 80;
    private static final int ENTRY_BYTES = 64;
    private static final int COMPLETION_BYTES = 16;
    private static final int OPCODE_FSYNC = 3;
    private static final int OPCODE_READ = 22;
    private static final int OPCODE_WRITE = 23;
    private static final int FSYNC_DATASYNC = 1;
    private static final int ALIGNMENT = 4096;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final VarHandle WORD = INT.varHandle();

    private final Arena arena = Arena.ofConfined();
    private final RawFile file;
    private final int blockBytes;
    private final RawFile ring;
    private final MemorySegment rings;
    private final MemorySegment entries;
    private final MemorySegment buffers;
    private final long submissionTail;
    private final int submissionMask;
    private final long submissionArray;
    private final long completionHead;
    private final long completionTail;
    private final int completionMask;
    private final long completions;
    private int unsubmitted;

    /**
     * A ring.
     *
     * @param depth operations under way at a time
     * @throws IoFailure if the kernel has none, or does not let this process have one
     */
    @SuppressWarnings("restricted")
    Uring(RawFile file, int blockBytes, int depth) {
        this.file = file;
        this.blockBytes = blockBytes;
        this.buffers = arena.allocate((long) stride(blockBytes) * depth, ALIGNMENT);
        Content.fill(buffers, 0);
        MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
        long descriptor = HostCalls.syscall(SETUP, depth, params.address(), 0, 0, 0, 0);
        if (descriptor < 0) {
            throw new Target.IoFailure(
                    "io_uring_setup(2) failed: the kernel lacks it, or kernel.io_uring_disabled forbids it");
        }
        this.ring = RawFile.adopt((int) descriptor, "io_uring");
        if ((params.get(INT, PARAMS_FEATURES) & FEATURE_SINGLE_MMAP) == 0) {
            throw new Target.IoFailure("io_uring of a kernel before 5.4");
        }
        int submissionEntries = params.get(INT, 0);
        int completionEntries = params.get(INT, Integer.BYTES);
        long array = params.get(INT, SUBMISSION_OFFSETS + 24);
        long cqes = params.get(INT, COMPLETION_OFFSETS + 20);
        long bytes = Math.max(
                array + (long) submissionEntries * Integer.BYTES, cqes + (long) completionEntries * COMPLETION_BYTES);
        this.rings = mapped(bytes, OFFSET_RINGS);
        this.entries = mapped((long) submissionEntries * ENTRY_BYTES, OFFSET_ENTRIES);
        this.submissionTail = params.get(INT, SUBMISSION_OFFSETS + 4);
        this.submissionMask = rings.get(INT, params.get(INT, SUBMISSION_OFFSETS + 8));
        this.submissionArray = array;
        this.completionHead = params.get(INT, COMPLETION_OFFSETS);
        this.completionTail = params.get(INT, COMPLETION_OFFSETS + 4);
        this.completionMask = rings.get(INT, params.get(INT, COMPLETION_OFFSETS + 8));
        this.completions = cqes;
    }

    private static int stride(int blockBytes) {
        return (blockBytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    @SuppressWarnings("restricted")
    private MemorySegment mapped(long bytes, long offset) {
        long address = HostCalls.mmap(bytes, ring.descriptor(), offset, MAP_SHARED_POPULATE);
        if (address == -1) {
            throw new Target.IoFailure("the rings of io_uring cannot be mapped");
        }
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, arena, segment -> HostCalls.munmap(segment.address(), bytes));
    }

    /** Queues a block, by the number of its buffer; {@link #enter} hands it over. */
    void queue(int slot, long offset, boolean isWrite) {
        put(isWrite ? OPCODE_WRITE : OPCODE_READ, slot, offset, blockBytes, 0);
    }

    private void put(int opcode, int slot, long offset, int bytes, int flags) {
        int tail = rings.get(INT, submissionTail);
        int index = tail & submissionMask;
        MemorySegment entry = entries.asSlice((long) index * ENTRY_BYTES, ENTRY_BYTES);
        entry.fill((byte) 0);
        entry.set(ValueLayout.JAVA_BYTE, 0, (byte) opcode);
        entry.set(INT, 4, file.descriptor());
        entry.set(ValueLayout.JAVA_LONG, 8, offset);
        entry.set(ValueLayout.JAVA_LONG, 16, bytes == 0 ? 0 : buffers.address() + (long) slot * stride(blockBytes));
        entry.set(INT, 24, bytes);
        entry.set(INT, 28, flags);
        entry.set(ValueLayout.JAVA_LONG, 32, slot);
        rings.set(INT, submissionArray + (long) index * Integer.BYTES, index);
        WORD.setRelease(rings, submissionTail, tail + 1);
        unsubmitted++;
    }

    /** Hands over what is queued and waits until so many are done. */
    void enter(int done) {
        long taken = HostCalls.syscall(ENTER, ring.descriptor(), unsubmitted, done, ENTER_GETEVENTS, 0, 0);
        if (taken < 0) {
            throw new Target.IoFailure("io_uring_enter(2) failed");
        }
        unsubmitted -= (int) taken;
    }

    /** The number of the buffer of an operation that is done; -1 if none is. */
    int reap(int bytes) {
        int head = rings.get(INT, completionHead);
        if (head == (int) WORD.getAcquire(rings, completionTail)) {
            return -1;
        }
        long at = completions + (long) (head & completionMask) * COMPLETION_BYTES;
        int slot = (int) rings.get(ValueLayout.JAVA_LONG, at);
        int result = rings.get(INT, at + Long.BYTES);
        WORD.setRelease(rings, completionHead, head + 1);
        if (result != bytes) {
            throw new Target.IoFailure(
                    result < 0
                            ? "an operation of io_uring failed with errno %d".formatted(-result)
                            : "%d of %d bytes were read or written".formatted(result, bytes));
        }
        return slot;
    }

    int blockBytes() {
        return blockBytes;
    }

    private void alone(int opcode, long offset, int bytes, int flags) {
        put(opcode, 0, offset, bytes, flags);
        do {
            enter(1);
        } while (reap(bytes) < 0);
    }

    @Override
    public void read(long offset) {
        alone(OPCODE_READ, offset, blockBytes, 0);
    }

    @Override
    public void write(long offset) {
        alone(OPCODE_WRITE, offset, blockBytes, 0);
    }

    @Override
    public void sync(boolean dataOnly) {
        alone(OPCODE_FSYNC, 0, 0, dataOnly ? FSYNC_DATASYNC : 0);
    }

    @Override
    public MemorySegment buffer() {
        return buffers.asSlice(0, blockBytes);
    }

    @Override
    public void close() {
        arena.close();
        ring.close();
    }
}
