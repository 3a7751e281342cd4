package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Extents in segment files of one size, whose space the host sets aside when they are made, so that a write into them
 * does not meet a full disk.
 *
 * <p><b>Locks.</b> {@code growing} is held by what makes, backs, punches or deletes segments, over that I/O. The table's
 * lock, which says what is free, is taken under it and held over none. A segment's own lock orders its syncs.
 *
 * <p><b>A failed sync</b> is final for its file: the host drops dirty pages that it could not write, and a second sync
 * that succeeds would prove nothing. Nothing is written to that segment any more; it can be read.
 */
final class SegmentExtentStore implements ExtentStore {
    private static final LockClass GROWING = LockClass.named("growing");
    /** A run of 256 KiB is good enough to a large write; below, a new segment is preferred to smaller pieces. */
    private static final int GOOD_RUN_BLOCKS = 64;

    /** Backing again what was punched goes in such steps, so that a little space costs little. */
    private static final int BACK_BLOCKS_MAX = 4096;

    private final BlockDevice device;
    private final int segmentBlocks;
    private final long hostKeepBytes;
    private final ReentrantLock growing = FsLocks.lock(GROWING);
    private final SegmentTable segments;

    /**
     * Over what is on a device; all blocks count as free until {@link #adopt} says otherwise.
     *
     * @param segmentBlocks the size of a segment; part of the format, because addresses are made with it
     * @param hostKeepBytes space of the host that no new segment may take, because the metadata needs it
     */
    SegmentExtentStore(BlockDevice device, int segmentBlocks, long hostKeepBytes) {
        this.device = device;
        this.segmentBlocks = segmentBlocks;
        this.hostKeepBytes = hostKeepBytes;
        this.segments = new SegmentTable(segmentBlocks);
        for (int number : device.segments()) {
            segments.add(number, device.open(number, Blocks.bytes(segmentBlocks)));
        }
    }

    /** What was punched in earlier lives is not known: in a file with holes, all long free runs are taken for punched. */
    @Override
    public void adopt(Iterable<BlockRun> used) {
        segments.adopt(used);
        for (OpenSegment segment : segments.all()) {
            if (segment.file.isSparse()) {
                segments.withSpace(segment, SegmentSpace::takeForPunched);
            }
        }
    }

    @Override
    public long freeBlocks() {
        return segments.freeBlocks();
    }

    @Override
    public long busyBlocks() {
        return segments.busyBlocks();
    }

    @Override
    public boolean grow(long blocks) {
        growing.lock();
        try {
            while (freeBlocks() < blocks) {
                if (!backOne() && !createOne()) {
                    return false;
                }
            }
            return true;
        } finally {
            growing.unlock();
        }
    }

    @Override
    public BlockRun allocate(int blocksMax) {
        int good = Math.min(blocksMax, GOOD_RUN_BLOCKS);
        BlockRun run = segments.take(blocksMax, good);
        if (run == null && grow(freeBlocks() + 1)) {
            run = segments.take(blocksMax, good);
        }
        if (run == null) {
            run = segments.take(blocksMax, 1);
        }
        if (run == null) {
            throw new FsException(Errno.ENOSPC, "allocate", blocksMax + " blocks in segments");
        }
        return run;
    }

    @Override
    public void write(BlockRun run, MemorySegment data) {
        if (data.byteSize() != run.bytes()) {
            throw new IllegalArgumentException(data.byteSize() + " bytes into " + run);
        }
        segments.find(run.start()).write(Blocks.bytes(segments.range(run).from()), data);
    }

    @Override
    public void force(Collection<BlockRun> runs) {
        TreeSet<Long> numbers = new TreeSet<>();
        for (BlockRun run : runs) {
            for (long number = run.start() / segmentBlocks; number <= (run.end() - 1) / segmentBlocks; number++) {
                numbers.add(number);
            }
        }
        for (long number : numbers) {
            OpenSegment segment = segments.find(number * segmentBlocks);
            try {
                segment.force();
            } finally {
                if (segment.failed()) {
                    segments.failed();
                }
            }
        }
    }

    @Override
    public boolean isFailed(BlockRun run) {
        return segments.find(run.start()).failed();
    }

    @Override
    public void read(BlockRun run, MemorySegment into) {
        if (into.byteSize() != run.bytes()) {
            throw new IllegalArgumentException(run + " into " + into.byteSize() + " bytes");
        }
        segments.find(run.start()).file.read(Blocks.bytes(segments.range(run).from()), into);
    }

    @Override
    public void release(BlockRun run) {
        segments.give(run);
    }

    @Override
    public Image image() {
        growing.lock();
        try {
            return new SegmentImage(segmentBlocks, segments.busy());
        } finally {
            growing.unlock();
        }
    }

    /** Whole segments are deleted, but the last one with nothing in it is kept for the next write. */
    @Override
    public long trim(Spare spare) {
        growing.lock();
        try {
            long given = 0;
            for (OpenSegment segment : segments.all()) {
                if (spare.use(blocks -> segments.retire(segment, blocks))) {
                    segment.file.close();
                    device.delete(segment.number);
                    given += Blocks.bytes(segmentBlocks);
                } else {
                    given += punch(segment, spare);
                }
            }
            return given;
        } finally {
            growing.unlock();
        }
    }

    private long punch(OpenSegment segment, Spare spare) {
        long given = 0;
        SegmentSpace.@Nullable Range range =
                segments.withSpace(segment, SegmentSpace::isEmpty) ? null : takePunchable(segment, 0, spare);
        while (range != null) { // nobody gets it while it is being punched
            SegmentSpace.Range at = range;
            boolean punched = false;
            try {
                punched = segment.file.punch(Blocks.bytes(at.from()), Blocks.bytes(at.blocks()));
            } finally {
                boolean unbacked = punched;
                segments.withSpace(segment, space -> unbacked ? space.punched(at) : space.give(at));
            }
            if (!punched) {
                return given;
            }
            given += Blocks.bytes(at.blocks());
            range = takePunchable(segment, at.to(), spare);
        }
        return given;
    }

    private SegmentSpace.@Nullable Range takePunchable(OpenSegment segment, int from, Spare spare) {
        return spare.use(blocks -> segments.withSpace(segment, space -> {
            SegmentSpace.Range range = space.takePunchable(from);
            if (range != null && range.blocks() > blocks) {
                space.give(range);
                return null;
            }
            return range;
        }));
    }

    /** Takes some of what was punched back from the host; false if there is none, or the host is full. */
    private boolean backOne() {
        for (OpenSegment segment : segments.all()) {
            SegmentSpace.@Nullable Range range =
                    segment.failed() ? null : segments.withSpace(segment, space -> space.nextUnbacked(BACK_BLOCKS_MAX));
            if (range == null || !hostHas(Blocks.bytes(range.blocks()))) {
                continue;
            }
            try {
                segment.file.allocate(Blocks.bytes(range.from()), Blocks.bytes(range.blocks()));
            } catch (FsException e) {
                return falseIfFull(e);
            }
            segments.withSpace(segment, space -> space.backed(range));
            return true;
        }
        return false;
    }

    private boolean createOne() {
        if (!hostHas(Blocks.bytes(segmentBlocks))) {
            return false;
        }
        int number = segments.freeNumber();
        try {
            segments.add(number, device.create(number, Blocks.bytes(segmentBlocks)));
            return true;
        } catch (FsException e) {
            return falseIfFull(e);
        }
    }

    private static boolean falseIfFull(FsException e) {
        if (e.errno() == Errno.ENOSPC) {
            return false;
        }
        throw e;
    }

    private boolean hostHas(long bytes) {
        return device.usableBytes() - bytes >= hostKeepBytes;
    }

    @Override
    public void close() {
        segments.removeAll().forEach(segment -> segment.file.close());
    }
}
