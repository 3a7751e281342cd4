package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The segments that are in use and the free blocks in them. Thread-safe; {@code lock} guards all of it, and no I/O. */
final class SegmentTable {
    private final int segmentBlocks;
    private final ReentrantLock lock = new ReentrantLock();
    private final NavigableMap<Integer, OpenSegment> segments = new TreeMap<>(); // under lock
    private final Set<Integer> lost = new HashSet<>(); // under lock: missing, but in use

    SegmentTable(int segmentBlocks) {
        this.segmentBlocks = segmentBlocks;
    }

    void add(int number, SegmentFile file) {
        locked(all -> all.put(number, new OpenSegment(number, file, new SegmentSpace(segmentBlocks))));
    }

    /**
     * Takes blocks that are in use. A segment that is missing makes its blocks unreadable and nothing else; its number is
     * not used again.
     */
    void adopt(Iterable<BlockRun> used) {
        locked(all -> {
            for (BlockRun run : used) {
                for (long at = run.start(); at < run.end(); ) { // counts are not kept by segment
                    long end = Math.min(run.end(), (at / segmentBlocks + 1) * segmentBlocks);
                    OpenSegment segment = all.get(number(at));
                    if (segment == null) {
                        lost.add(number(at));
                    } else {
                        segment.space.take(range(new BlockRun(at, (int) (end - at))));
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
                SegmentSpace.Range range = segment.failed() ? null : segment.space.take(wanted, min);
                if (range != null) {
                    return new BlockRun((long) segment.number * segmentBlocks + range.from(), range.blocks());
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    void give(BlockRun run) {
        withSpace(find(run.start()), space -> {
            space.give(range(run));
            return run;
        });
    }

    /** Takes a segment with nothing in it out of use, unless it is the only one with room. */
    boolean retire(OpenSegment segment) {
        return locked(all -> {
            boolean spare = all.values().stream()
                    .anyMatch(other -> other != segment && !other.failed() && other.space.free() >= segmentBlocks / 2);
            return segment.space.isEmpty() && (spare || segment.failed()) && all.remove(segment.number, segment);
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

    boolean exists(BlockRun run) {
        return run.start() % segmentBlocks + run.blocks() <= segmentBlocks
                && locked(all -> all.containsKey(number(run.start())));
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

    long sum(ToLongFunction<OpenSegment> of) {
        return locked(all -> all.values().stream().mapToLong(of).sum());
    }

    /** Does something to the space of a segment, under the lock. */
    <T extends @Nullable Object> T withSpace(OpenSegment segment, Function<SegmentSpace, T> action) {
        lock.lock();
        try {
            return action.apply(segment.space);
        } finally {
            lock.unlock();
        }
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
