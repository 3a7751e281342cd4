package dev.ring3.mm.lock;

import dev.ring3.mm.lock.HeldLocks.Held;
import dev.ring3.mm.lock.PotentialDeadlock.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which class was taken while which other was held, with the stack trace of the first time, and the search for cycles.
 *
 * <p>An edge has types, one bit each: whether the lock held was exclusive (E) or shared (S), and whether the one taken
 * can be kept waiting by shared holders (N) or not, being shared and recursive (R). A path leads to a deadlock only if
 * no edge that ends in R is followed by one that begins with S. (Linux, {@code kernel/locking/lockdep.c}, "strong
 * paths".) Thread-safe.
 */
final class LockGraph {
    private static final int ER = 1;
    private static final int EN = 2;
    private static final int SR = 4;
    private static final int SN = 8;

    /** Enough for all classes of a program; a class for each object would exhaust it, and is a mistake. */
    private static final int CLASSES_MAX = 1 << 14;

    private record Edge(int from, int to) {}

    /**
     * Types of the edge from a class to another. Read without the lock: a stale 0 leads to a second look under it, and
     * a bit once seen stays.
     */
    private final byte[][] types = new byte[CLASSES_MAX][];

    private final Map<Edge, Step> firstSeen = new HashMap<>(); // this
    private final Set<Edge> reported = new HashSet<>(); // this
    private final List<PotentialDeadlock> reports = new ArrayList<>(); // this

    /** Whether this was seen already: the common case, without a lock. */
    boolean knows(LockClass held, AcquireMode heldMode, LockClass taken, AcquireMode takenMode) {
        return (typesOf(held.id(), taken.id()) & type(heldMode, takenMode)) != 0;
    }

    /**
     * Adds an edge, unless it closes a cycle.
     *
     * @throws PotentialDeadlockException if it does
     */
    synchronized void add(Held held, Held taken) {
        int type = type(held.mode(), taken.mode());
        int from = held.lockClass().id();
        int to = taken.lockClass().id();
        if ((typesOf(from, to) & type) != 0) {
            return;
        }
        Step step = new Step(
                held.toString(), taken.toString(), Thread.currentThread().getName(), trace());
        List<Edge> path = path(taken, held);
        if (path != null) {
            throw report(new Edge(from, to), step, path);
        }
        setType(from, to, type);
        firstSeen.putIfAbsent(new Edge(from, to), step);
    }

    /** Reports a class that is taken while it is held. */
    synchronized PotentialDeadlockException recursion(Held held, Held taken) {
        Step step = new Step(
                held.toString(), taken.toString(), Thread.currentThread().getName(), trace());
        int id = taken.lockClass().id();
        return report(new Edge(id, id), step, List.of());
    }

    synchronized List<PotentialDeadlock> reports() {
        return List.copyOf(reports);
    }

    synchronized int edgeCount() {
        return firstSeen.size();
    }

    private PotentialDeadlockException report(Edge closing, Step step, List<Edge> path) {
        List<Step> steps = new ArrayList<>();
        steps.add(step);
        for (Edge edge : path) {
            steps.add(firstSeen.get(edge));
        }
        PotentialDeadlock deadlock = new PotentialDeadlock(steps);
        if (reported.add(closing)) {
            reports.add(deadlock);
        }
        return new PotentialDeadlockException(deadlock);
    }

    /** A shortest strong path from the class taken to the one held that makes a deadlock of them; null if there is none. */
    private @Nullable List<Edge> path(Held taken, Held held) {
        int target = held.lockClass().id();
        // A class may be reached in two ways, which go on differently: its number, and whether the last edge ends in R.
        Map<Integer, Integer> cameFrom = new HashMap<>();
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        int start = state(taken.lockClass().id(), taken.mode() == AcquireMode.SHARED_RECURSIVE);
        cameFrom.put(start, start);
        queue.add(start);
        while (!queue.isEmpty()) {
            int state = queue.remove();
            int from = state >> 1;
            boolean endsInR = (state & 1) != 0;
            if (from == target && (held.mode() == AcquireMode.EXCLUSIVE || !endsInR)) {
                return edges(cameFrom, state);
            }
            byte[] row = types[from];
            for (int to = 0; row != null && to < row.length; to++) {
                int usable = row[to] & (endsInR ? ER | EN : ER | EN | SR | SN);
                if (usable != 0) {
                    int next = state(to, (usable & (EN | SN)) == 0);
                    if (cameFrom.putIfAbsent(next, state) == null) {
                        queue.add(next);
                    }
                }
            }
        }
        return null;
    }

    private static List<Edge> edges(Map<Integer, Integer> cameFrom, int end) {
        List<Edge> edges = new ArrayList<>();
        int state = end;
        while (true) {
            int before = cameFrom.getOrDefault(state, state);
            if (before == state) {
                return edges;
            }
            edges.addFirst(new Edge(before >> 1, state >> 1));
            state = before;
        }
    }

    private static int state(int id, boolean endsInR) {
        return id << 1 | (endsInR ? 1 : 0);
    }

    private static int type(AcquireMode held, AcquireMode taken) {
        boolean recursive = taken == AcquireMode.SHARED_RECURSIVE;
        return held == AcquireMode.EXCLUSIVE ? (recursive ? ER : EN) : (recursive ? SR : SN);
    }

    private int typesOf(int from, int to) {
        byte[] row = from < CLASSES_MAX ? types[from] : null;
        return row == null || to >= row.length ? 0 : row[to];
    }

    private void setType(int from, int to, int type) {
        if (from >= CLASSES_MAX || to >= CLASSES_MAX) {
            throw new IllegalStateException("more than " + CLASSES_MAX + " lock classes: one for each object?");
        }
        byte[] row = types[from];
        if (row == null || to >= row.length) {
            byte[] longer = new byte[Math.min(CLASSES_MAX, Math.max(64, Integer.highestOneBit(to) << 1))];
            if (row != null) {
                System.arraycopy(row, 0, longer, 0, row.length);
            }
            row = longer;
            types[from] = row;
        }
        row[to] |= (byte) type;
    }

    private static List<StackTraceElement> trace() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(
                                frame -> !frame.getClassName().startsWith(LockGraph.class.getPackageName() + ".Lock"))
                        .limit(32)
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .toList());
    }
}
