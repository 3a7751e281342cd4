package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.mm.lock.LockClass;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * What has been written back of one file and is not named by its records yet: the way for writeback in many pieces, which
 * shall cost one sync and one batch for all of them. A piece is written at once, and readers find it here; when enough has
 * come together, or when the file is synced, {@link #prepare} makes all of it durable and a transaction names it. A crash
 * before that loses it, as it loses what is dirty in a cache.
 *
 * <p>Whatever else changes the file's extents (truncate, punch, clone ...) comes after a commit of what is here.
 *
 * <p>Thread-safe: {@code lock}, shared by readers over their I/O, guards the pieces; {@link #force} syncs without it.
 * Writers of ranges that do not overlap may come at once; {@link #prepare} to the end of its transaction is under the
 * inode's lock, exclusively, with no {@link #write} meanwhile. {@link UnnamedBlocks#moving} comes before {@code lock}.
 */
public final class StagedFile implements AutoCloseable {
    private static final LockClass STAGED = LockClass.named("staged data");

    private final FileData data;
    private final DataReader reader;
    private final Pieces pieces; // under lock
    private BlockCounts held = new BlockCounts(); // under lock: blocks that the pieces name
    private final UnnamedBlocks.Holder holder = action -> heldRuns().forEach(action); // known while there are any
    private long version; // under lock: how often pieces came or went
    private final AtomicLong writes = new AtomicLong(); // how often pieces came that lie in segments; moved under lock
    private final AtomicLong forced = new AtomicLong(); // how many of these are durable
    private final ReentrantReadWriteLock lock = FsLocks.readWriteLock(STAGED);

    StagedFile(FileData data, DataReader reader, Ino ino, SnapshotId snapshot) {
        this.data = data;
        this.reader = reader;
        this.pieces = new Pieces(ino, snapshot);
    }

    /** How much waits here, in bytes of segments. */
    public long heldBytes() {
        lock.readLock().lock();
        try {
            return Blocks.bytes(held.used());
        } finally {
            lock.readLock().unlock();
        }
    }

    private List<BlockRun> heldRuns() {
        lock.readLock().lock();
        try {
            return held.usedRuns();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Whether nothing waits here. */
    public boolean isEmpty() {
        lock.readLock().lock();
        try {
            return pieces.byEnd.isEmpty();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Writes dirty ranges. When this returns {@link #read} yields them; they are not durable. The reservation is used up;
     * if this fails it is as it was, and so is what is here.
     */
    public void write(List<DirtyRange> ranges, SpaceReservation reservation, CompressionMode compression) {
        try (DataWriter writer = new DataWriter(data.extents(), data.unnamed(), reservation)) {
            put(writer.write(ranges, compression), writer);
        }
    }

    /**
     * As {@link #write}, but into the records to be: for a few small ranges, whose batch makes them durable with one
     * sync. It takes no space of segments, so what the reservation has for them is given back.
     */
    public void writeSmall(List<DirtyRange> ranges, SpaceReservation reservation) {
        put(DataWriter.inline(ranges), null);
        reservation.release(ranges.stream().mapToLong(DirtyRange::blocks).sum());
    }

    private void put(List<Mapped> written, @Nullable DataWriter writer) {
        data.unnamed().moving().lock();
        lock.writeLock().lock();
        try {
            DataTransaction scratch = data.begin(); // collects what happens to references; never written
            ExtentEditor editor = new ExtentEditor(scratch, pieces);
            for (Mapped piece : written) {
                editor.clear(piece.start(), piece.end());
                editor.putReferenced(piece.start(), piece.extent());
            }
            ReferenceChanges changes = scratch.changes();
            changes.added().forEach(held::add);
            changes.removed().forEach(run -> held.remove(run, data.extents()::release));
            version++;
            if (writer != null) {
                writer.handOver();
                data.unnamed().add(holder);
                writes.incrementAndGet();
            }
        } finally {
            lock.writeLock().unlock();
            data.unnamed().moving().unlock();
        }
    }

    /** Reads the file's bytes: what waits here, and the records' where nothing does. */
    public void read(ExtentRecords records, long offset, MemorySegment into) {
        RangeOperations.end("read", offset, Math.max(1, into.byteSize()));
        lock.readLock().lock();
        try {
            long done = 0;
            while (done < into.byteSize()) {
                long at = offset + done;
                long left = into.byteSize() - done;
                Mapped next = Mapped.after(pieces, Blocks.of(at));
                boolean here = next != null && next.start() <= Blocks.of(at);
                long until = next == null ? Long.MAX_VALUE : here ? next.end() : next.start();
                long length = until > Blocks.of(Long.MAX_VALUE) ? left : Math.min(left, Blocks.bytes(until) - at);
                reader.read(here ? pieces : records, at, into.asSlice(done, length));
                done += length;
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Makes all that is here durable, so that {@link #prepare} has little to do; names nothing. Where a sync has failed
     * before, what it was for is read back, if its checksums say that it is still what was written, and written elsewhere.
     */
    public void force() {
        moveFailed();
        long covered;
        long before;
        List<BlockRun> runs;
        lock.readLock().lock();
        try {
            covered = writes.get();
            before = version;
            runs = List.copyOf(held.usedRuns());
        } finally {
            lock.readLock().unlock();
        }
        if (forced.get() < covered) {
            try {
                data.extents().force(runs); // without the lock: pieces may come and be read meanwhile
                forced.accumulateAndGet(covered, Math::max);
            } catch (FsException e) {
                if (isAsAfter(before)) {
                    throw e;
                } // what failed may have been replaced, and its segment be gone; the next sync tells
            }
        }
    }

    private boolean isAsAfter(long count) {
        lock.readLock().lock();
        try {
            return version == count;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What has come and what of it is durable stay as they are meanwhile. */
    private void forceLocked() {
        if (forced.get() < writes.get()) {
            data.extents().force(held.usedRuns());
            forced.set(writes.get());
        }
    }

    private boolean hasFailed() {
        lock.readLock().lock();
        try {
            return held.usedRuns().stream().anyMatch(data.extents()::isFailed);
        } finally {
            lock.readLock().unlock();
        }
    }

    private void moveFailed() {
        if (forced.get() == writes.get() || !hasFailed()) {
            return;
        }
        data.unnamed().moving().lock(); // comes first, and what is written elsewhere moves
        lock.writeLock().lock();
        try {
            for (Mapped next = Mapped.after(pieces, 0); next != null; next = Mapped.after(pieces, next.end())) {
                if (isFailed(next.extent())) {
                    long bytes = Blocks.bytes(next.extent().blocks());
                    MemorySegment content = MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
                    reader.read(pieces, Blocks.bytes(next.start()), content);
                    try (SpaceReservation room = data.reserve(next.extent().blocks())) {
                        DirtyRange range = new DirtyRange(Blocks.bytes(next.start()), content);
                        write(List.of(range), room, CompressionMode.NONE);
                    }
                }
            }
        } finally {
            lock.writeLock().unlock();
            data.unnamed().moving().unlock();
        }
    }

    private boolean isFailed(Extent extent) {
        return switch (extent) {
            case Extent.Plain plain -> data.extents().isFailed(plain.run());
            case Extent.Packed packed -> data.extents().isFailed(packed.run());
            case Extent.Inline _, Extent.Promised _ -> false;
        };
    }

    /**
     * Makes all that is here durable, for {@link FileData#apply}. When that transaction is committed nothing is here any
     * more; if it fails, all of it still is.
     *
     * @throws dev.ring3.fs.FsException EIO if it cannot be made durable. All of it stays, and the next attempt goes to
     *     another place; it fails as well, as often as it is made, if what the failed sync was for is lost. Then only
     *     writing the same range anew helps, or closing this, which gives the data up
     */
    public PreparedWrite prepare() {
        moveFailed();
        lock.readLock().lock();
        try {
            forceLocked();
            List<Mapped> all = new ArrayList<>();
            for (Mapped next = Mapped.after(pieces, 0); next != null; next = Mapped.after(pieces, next.end())) {
                all.add(next);
            }
            return new PreparedWrite(all, () -> clear(false), () -> {});
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Gives up what is here. */
    @Override
    public void close() {
        clear(true);
    }

    private void clear(boolean release) {
        data.unnamed().moving().lock();
        lock.writeLock().lock();
        try {
            version++;
            pieces.byEnd.clear();
            if (release) {
                held.usedRuns().forEach(data.extents()::release);
            }
            held = new BlockCounts();
            data.unnamed().remove(holder);
        } finally {
            lock.writeLock().unlock();
            data.unnamed().moving().unlock();
        }
    }

    /** Extent records in memory. */
    private static final class Pieces implements ExtentRecords {
        private final Ino ino;
        private final SnapshotId snapshot;
        private final NavigableMap<Long, byte[]> byEnd = new TreeMap<>();

        Pieces(Ino ino, SnapshotId snapshot) {
            this.ino = ino;
            this.snapshot = snapshot;
        }

        @Override
        public Ino ino() {
            return ino;
        }

        @Override
        public SnapshotId snapshot() {
            return snapshot;
        }

        @Override
        public @Nullable Entry after(long block) {
            var entry = byEnd.higherEntry(block);
            return entry == null ? null : new Entry(entry.getKey(), entry.getValue(), true);
        }

        @Override
        public void put(long endBlock, byte[] value) {
            byEnd.put(endBlock, value);
        }

        @Override
        public void remove(long endBlock) {
            byEnd.remove(endBlock);
        }
    }
}
