package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The segments that are in use and the free blocks in them. Thread-safe; {@code lock} guards all of it, and no I/O. */
final class SegmentTable {
    private static final LockClass CLASS = LockClass.named("segment table");
    private final int segmentBlocks;
    private final ReentrantLock lock = FsLocks.lock(CLASS);
    private final NavigableMap<Integer, OpenSegment> segments = new TreeMap<>(); // under lock
    private long free; // under lock: of all segments
    private long busy; // under lock: of all segments
    private volatile boolean anyFailed; // set once
    private final Set<Integer> lost = new HashSet<>(); // under lock: missing, but in use

    SegmentTable(int segmentBlocks) {
        this.segmentBlocks = segmentBlocks;
    }

    void add(int number, SegmentFile file) {
        locked(all -> {
            free += segmentBlocks;
            return all.put(number, new OpenSegment(number, file, new SegmentSpace(segmentBlocks)));
        });
    }

    /** A segment takes no writes any more. */
    void failed() {
        anyFailed = true;
    }

    /** How many blocks can be taken. */
    long freeBlocks() {
        return locked(all -> anyFailed
                ? all.values().stream()
                        .filter(segment -> !segment.failed())
                        .mapToLong(segment -> segment.space.free())
                        .sum()
                : free);
    }

    /** How many blocks are neither free nor given back to the host. */
    long busyBlocks() {
        return locked(_ -> busy);
    }

    /**
     * Takes blocks that are in use. A segment that is missing makes its blocks unreadable and nothing else; its number is
     * not used again.
     */
    void adopt(Iterable<BlockRun> used) {
        locked(all -> {
            for (BlockRun run : used) {
                for (long at = run.start(); at < run.end(); ) { // counts are not kept by segment
                    long end = endInSegment(at, run);
                    OpenSegment segment = all.get(number(at));
                    if (segment == null) {
                        lost.add(number(at));
                    } else {
                        SegmentSpace.Range part = range(new BlockRun(at, (int) (end - at)));
                        counted(segment, space -> space.takeAll(part));
                    }
                    at = end;
                }
            }
            return all;
        });
    }

    /** Takes a run of a segment that takes writes; null if none has one so long. */
    @Nullable
    BlockRun take(int wanted, int min) {
        lock.lock();
        try {
            for (OpenSegment segment : segments.values()) {
                SegmentSpace.@Nullable Range range =
                        segment.failed() ? null : counted(segment, space -> space.take(wanted, min));
                if (range != null) {
                    return new BlockRun((long) segment.number * segmentBlocks + range.from(), range.blocks());
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Makes blocks free, which may lie in several segments. */
    void give(BlockRun run) {
        for (long at = run.start(); at < run.end(); ) {
            BlockRun part = new BlockRun(at, (int) (endInSegment(at, run) - at));
            withSpace(find(at), space -> space.give(range(part)));
            at = part.end();
        }
    }

    private long endInSegment(long block, BlockRun run) {
        return Math.min(run.end(), (block / segmentBlocks + 1) * segmentBlocks);
    }

    /** Takes a segment with nothing in it out of use, unless it is the only one with room, or larger than what is spare. */
    boolean retire(OpenSegment segment, long spareBlocks) {
        return locked(all -> {
            boolean spare = all.values().stream()
                    .anyMatch(other -> other != segment && !other.failed() && other.space.free() >= segmentBlocks / 2);
            boolean retired = segment.space.isEmpty()
                    && segment.space.free() <= spareBlocks
                    && (spare || segment.failed())
                    && all.remove(segment.number, segment);
            free -= retired ? segment.space.free() : 0;
            return retired;
        });
    }

    /** The lowest number that no segment has. */
    int freeNumber() {
        return locked(all -> {
            int number = 0;
            while (all.containsKey(number) || lost.contains(number)) {
                number++;
            }
            return number;
        });
    }

    /** The busy blocks of each segment, by its number. */
    NavigableMap<Integer, Bitmap> busy() {
        return locked(all -> {
            NavigableMap<Integer, Bitmap> busyBlocks = new TreeMap<>();
            all.forEach((number, segment) -> busyBlocks.put(number, segment.space.busyBlocks()));
            return busyBlocks;
        });
    }

    /** The segment of a block. */
    OpenSegment find(long block) {
        lock.lock();
        try {
            OpenSegment segment = segments.get(number(block));
            if (segment == null) {
                throw new FsException(
                        Errno.EIO, "open segment", "segment " + number(block) + ", which a record names, is missing");
            }
            return segment;
        } finally {
            lock.unlock();
        }
    }

    List<OpenSegment> all() {
        return locked(all -> new ArrayList<>(all.values()));
    }

    List<OpenSegment> removeAll() {
        return locked(all -> {
            List<OpenSegment> removed = new ArrayList<>(all.values());
            all.clear();
            return removed;
        });
    }

    /** Does something to the space of a segment, under the lock. */
    <T extends @Nullable Object> T withSpace(OpenSegment segment, Function<SegmentSpace, T> action) {
        lock.lock();
        try {
            return counted(segment, action);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the sums; under lock. */
    private <T extends @Nullable Object> T counted(OpenSegment segment, Function<SegmentSpace, T> action) {
        SegmentSpace space = segment.space;
        long freeBefore = space.free();
        long gone = freeBefore + space.unbackedFree();
        T result = action.apply(space);
        free += space.free() - freeBefore;
        busy += gone - (space.free() + space.unbackedFree());
        return result;
    }

    /** A run within its segment. */
    SegmentSpace.Range range(BlockRun run) {
        int from = (int) (run.start() % segmentBlocks);
        if (from + run.blocks() > segmentBlocks) {
            throw new FsException(Errno.EIO, "read record", run + " cross the end of a segment");
        }
        return new SegmentSpace.Range(from, from + run.blocks());
    }

    private int number(long block) {
        return (int) Math.min(block / segmentBlocks, Integer.MAX_VALUE);
    }

    private <T> T locked(Function<NavigableMap<Integer, OpenSegment>, T> action) {
        lock.lock();
        try {
            return action.apply(segments);
        } finally {
            lock.unlock();
        }
    }
}
