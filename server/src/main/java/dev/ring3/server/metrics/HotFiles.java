package dev.ring3.server.metrics;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.vfs.ObservedOperation;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Which files are read and written most. Counts go into a window that grows, of a minute; from each that is full the files
 * with most are kept, and the last windows together are what is told. So a file that is no longer used is forgotten, and
 * memory has a bound: a window takes so many files, and what comes to others than these is not counted in it.
 */
public final class HotFiles {
    private static final int WINDOWS = 10;
    private static final int WINDOW_FILES_MAX = 16_384;
    private static final int KEPT_FILES_MAX = 512;

    /** Most first; among equals in an order that stays. */
    private static final Comparator<Use> MOST = Comparator.comparingLong((Use use) -> use.reads() + use.writes())
            .reversed()
            .thenComparingLong(use -> use.node().subvolume().value())
            .thenComparingLong(use -> use.node().ino().value());

    /** What a file was used for, about: each that was sampled stands for several. */
    public record Use(NodeId node, long reads, long writes) {
        private Use plus(Use other) {
            return new Use(node, reads + other.reads, writes + other.writes);
        }
    }

    private static final class Counts {
        private final LongAdder reads = new LongAdder();
        private final LongAdder writes = new LongAdder();
    }

    /** Replaced under this object's monitor; who counts into one that was just replaced is not counted. */
    private volatile ConcurrentHashMap<NodeId, Counts> growing = new ConcurrentHashMap<>();

    /** Guarded by this object's monitor; the oldest first. */
    private final Deque<List<Use>> full = new ArrayDeque<>();

    /** Counts a read or a write that stands for as many as its kind says. */
    void count(ObservedOperation operation, NodeId node) {
        Map<NodeId, Counts> window = growing;
        Counts counts = window.get(node);
        if (counts == null) {
            if (window.size() >= WINDOW_FILES_MAX) {
                return;
            }
            counts = window.computeIfAbsent(node, _ -> new Counts());
        }
        (operation == ObservedOperation.READ ? counts.reads : counts.writes).add(operation.weight());
    }

    /** Begins another window; called once a minute. */
    synchronized void turn() {
        full.addLast(uses(growing).stream().sorted(MOST).limit(KEPT_FILES_MAX).toList());
        growing = new ConcurrentHashMap<>();
        if (full.size() >= WINDOWS) {
            full.removeFirst();
        }
    }

    /** Those of the last ten minutes with most reads and writes, most first. */
    public synchronized List<Use> hottest(int filesMax) {
        Map<NodeId, Use> sum = new HashMap<>();
        full.forEach(window -> window.forEach(use -> sum.merge(use.node(), use, Use::plus)));
        uses(growing).forEach(use -> sum.merge(use.node(), use, Use::plus));
        return sum.values().stream().sorted(MOST).limit(filesMax).toList();
    }

    private static List<Use> uses(Map<NodeId, Counts> window) {
        return window.entrySet().stream()
                .map(each -> new Use(
                        each.getKey(),
                        each.getValue().reads.sum(),
                        each.getValue().writes.sum()))
                .toList();
    }
}
