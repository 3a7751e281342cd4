package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk with a write cache: what was written is seen at once, and survives a crash only after a sync; until then a crash
 * keeps any sectors of 512 bytes of it, each on its own. It can be told to fail, to be full, and to lie about syncs.
 * For one thread.
 */
public class SimulatedDisk implements BlockDevice {
    static final int SECTOR_BYTES = 512;

    /** What the next calls do wrong. */
    enum Fault {
        NONE,
        /** A write is cut off somewhere, and fails. */
        SHORT_WRITE,
        /** A write fails and has done nothing. */
        WRITE_ERROR,
        /** A sync fails; some of what it should have made durable never will be, though it can be read for now. */
        SYNC_ERROR,
        /** The same, and it cannot be read any more either. */
        SYNC_ERROR_FORGETS,
        /** There is no room for another segment. */
        FULL
    }

    @SuppressWarnings("ArrayRecordComponent") // not compared
    private record Write(int offset, byte[] data) {}

    private static final class Segment {
        final byte[] durable;
        final byte[] current;
        final List<Write> pending = new ArrayList<>();

        Segment(byte[] durable, byte[] current) {
            this.durable = durable;
            this.current = current;
        }
    }

    private final Map<Integer, Segment> segments = new TreeMap<>();
    private final Map<Integer, Segment> deleted = new TreeMap<>(); // a crash may bring them back
    private final Random random;
    private final Runnable crashPoint;
    private final int segmentsMax;
    private Fault fault = Fault.NONE;
    private boolean lying;
    private boolean late;
    private final List<Segment> owed = new ArrayList<>();
    private boolean readOnly;
    private long version;

    /** @param crashPoint runs before and after everything that changes what a crash would leave */
    public SimulatedDisk(Random random, int segmentsMax, Runnable crashPoint) {
        this.random = random;
        this.segmentsMax = segmentsMax;
        this.crashPoint = crashPoint;
    }

    void fail(Fault next) {
        fault = next;
    }

    /** The next sync fails; what it was for can be read for now. */
    public void failNextSync() {
        fault = Fault.SYNC_ERROR;
    }

    /** From now on a sync does nothing. For negative controls. */
    public void lie() {
        lying = true;
    }

    /** From now on a sync is done only when {@link #settle} says so. For negative controls. */
    public void late() {
        late = true;
    }

    /** Does what is late. */
    public void settle() {
        owed.forEach(SimulatedDisk::makeDurable);
        owed.clear();
    }

    private static void makeDurable(Segment segment) {
        for (Write write : segment.pending) {
            System.arraycopy(write.data, 0, segment.durable, write.offset, write.data.length);
        }
        segment.pending.clear();
    }

    /** How many sectors wait for a sync. */
    public int pendingSectors() {
        return segments.values().stream()
                .flatMap(segment -> segment.pending.stream())
                .mapToInt(write -> write.data.length / SECTOR_BYTES)
                .sum();
    }

    /** Another number after each change. */
    long version() {
        return version;
    }

    /** What a crash leaves of what is not synced. */
    public enum Loss {
        ALL,
        NOTHING,
        SOME_SECTORS,
        SOME_WRITES
    }

    /** A disk as a crash would leave it, to be looked at before anything else happens to this one: it takes no writes. */
    public SimulatedDisk peek(Loss loss, Random choice) {
        SimulatedDisk after = new SimulatedDisk(choice, segmentsMax, () -> {});
        after.readOnly = true;
        leave(loss, choice, after);
        return after;
    }

    /** A disk as a crash would leave it, for another life. */
    public SimulatedDisk crashed(Loss loss, Random choice, Runnable nextCrashPoint) {
        SimulatedDisk after = new SimulatedDisk(choice, segmentsMax, nextCrashPoint);
        leave(loss, choice, after);
        return after;
    }

    private void leave(Loss loss, Random choice, SimulatedDisk after) {
        segments.forEach((number, segment) -> after.take(number, left(segment, loss, choice)));
        deleted.forEach((number, segment) -> {
            if (!segments.containsKey(number) && choice.nextBoolean()) {
                after.take(number, segment.durable);
            }
        });
    }

    private void take(int number, byte[] bytes) {
        boolean share = readOnly; // nobody writes to it
        segments.put(number, share ? new Segment(bytes, bytes) : new Segment(bytes.clone(), bytes.clone()));
    }

    private static byte[] left(Segment segment, Loss loss, Random choice) {
        if (segment.pending.isEmpty() || loss == Loss.ALL) {
            return segment.durable;
        }
        byte[] bytes = segment.durable.clone();
        for (Write write : segment.pending) {
            boolean all = loss == Loss.NOTHING || (loss == Loss.SOME_WRITES && choice.nextBoolean());
            for (int at = 0; at < write.data.length; at += SECTOR_BYTES) {
                if (all || (loss == Loss.SOME_SECTORS && choice.nextBoolean())) {
                    int length = Math.min(SECTOR_BYTES, write.data.length - at);
                    System.arraycopy(write.data, at, bytes, write.offset + at, length);
                }
            }
        }
        return bytes;
    }

    @Override
    public NavigableSet<Integer> segments() {
        return new TreeSet<>(segments.keySet());
    }

    @Override
    public SegmentFile create(int number, long bytes) {
        if (fault == Fault.FULL || segments.size() >= segmentsMax) {
            throw new FsException(Errno.ENOSPC, "create segment", "segment " + number);
        }
        crashPoint.run();
        deleted.clear(); // creating syncs the directory
        version++;
        segments.put(number, new Segment(new byte[(int) bytes], new byte[(int) bytes]));
        crashPoint.run();
        return open(number, bytes);
    }

    @Override
    public SegmentFile open(int number, long bytes) {
        Segment segment = segments.get(number);
        if (segment == null) {
            throw new FsException(Errno.EIO, "open segment", "segment " + number);
        }
        return new File(segment);
    }

    @Override
    public void delete(int number) {
        crashPoint.run();
        version++;
        Segment segment = segments.remove(number);
        if (segment != null) {
            deleted.put(number, segment);
        }
        crashPoint.run();
    }

    @Override
    public long usableBytes() {
        return fault == Fault.FULL ? 0 : Long.MAX_VALUE / 2;
    }

    @Override
    public long holdReserve(long bytes) {
        return bytes;
    }

    @Override
    public void releaseReserve() {}

    @Override
    public void close() {}

    private Fault takeFault(Fault... kinds) {
        Fault now = fault;
        if (now != Fault.FULL && List.of(kinds).contains(now)) {
            fault = Fault.NONE;
            return now;
        }
        return Fault.NONE;
    }

    private final class File implements SegmentFile {
        private final Segment segment;

        File(Segment segment) {
            this.segment = segment;
        }

        @Override
        public void read(long offsetBytes, MemorySegment into) {
            MemorySegment.copy(
                    segment.current, (int) offsetBytes, into, ValueLayout.JAVA_BYTE, 0, (int) into.byteSize());
        }

        @Override
        public void write(long offsetBytes, MemorySegment from) {
            if (readOnly) {
                throw new IllegalStateException("opening a volume writes no data");
            }
            crashPoint.run();
            Fault now = takeFault(Fault.SHORT_WRITE, Fault.WRITE_ERROR);
            byte[] data = from.toArray(ValueLayout.JAVA_BYTE);
            int length = data.length;
            if (now == Fault.SHORT_WRITE) {
                length = random.nextInt(data.length);
            } else if (now == Fault.WRITE_ERROR) {
                length = 0;
            }
            byte[] written = java.util.Arrays.copyOf(data, length);
            System.arraycopy(written, 0, segment.current, (int) offsetBytes, length);
            segment.pending.add(new Write((int) offsetBytes, written));
            version++;
            crashPoint.run();
            if (now != Fault.NONE) {
                throw new FsException(Errno.EIO, "write", "a faulty disk: " + now);
            }
        }

        @Override
        public void force() {
            crashPoint.run();
            version++;
            Fault next = takeFault(Fault.SYNC_ERROR, Fault.SYNC_ERROR_FORGETS);
            if (next != Fault.NONE) {
                segment.pending.removeIf(_ -> random.nextBoolean()); // the cache drops what it could not write
                if (next == Fault.SYNC_ERROR_FORGETS) {
                    segment.pending.clear();
                    System.arraycopy(segment.durable, 0, segment.current, 0, segment.current.length);
                }
                throw new FsException(Errno.EIO, "sync", "a faulty disk");
            }
            if (late) {
                owed.add(segment);
            } else if (!lying) {
                makeDurable(segment);
            }
            crashPoint.run();
        }

        @Override
        public boolean punch(long offsetBytes, long bytes) {
            crashPoint.run();
            for (byte[] content :
                    List.of(segment.current, segment.durable)) { // at once: the worst for who still needs it
                java.util.Arrays.fill(content, (int) offsetBytes, (int) (offsetBytes + bytes), (byte) 0);
            }
            crashPoint.run();
            return true;
        }

        @Override
        public void allocate(long offsetBytes, long bytes) {
            if (fault == Fault.FULL) {
                throw new FsException(Errno.ENOSPC, "allocate", "a full disk");
            }
        }

        @Override
        public boolean isSparse() {
            return false;
        }

        @Override
        public void close() {}
    }
}
