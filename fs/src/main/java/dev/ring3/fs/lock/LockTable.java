package dev.ring3.fs.lock;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.mm.lock.LockClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The advisory locks on the files of a server, of all its front ends. The package comment says how they work.
 *
 * <p>A circle of waiting owners is looked for in {@link LockSpace#RANGE} only, as Linux does. An owner that is an open
 * file description, and whose locks another thread would give back while one waits, may so be refused without need; the
 * protocol of FUSE does not tell such owners from processes.
 */
public final class LockTable {
    /** How many locks the owners of one client hold together at most, and how many of its requests wait. */
    public static final int LOCKS_PER_CLIENT_MAX = 65_536;

    private static final LockClass CLASS = LockClass.named("table of locks");

    /** A file as one space sees it. */
    private record Place(NodeId node, LockSpace space) {}
    /** What to tell whom, once the lock is released. */
    private record Decision(PendingLock pending, LockResult result) {}

    private final ReentrantLock lock = FsLocks.lock(CLASS);
    private final int locksPerClientMax;
    // All guarded by lock. A file stands in its map only while somebody holds or waits; a client likewise.
    private final Map<Place, FileLocks> files = new HashMap<>();
    private final Map<Client, Integer> counts = new HashMap<>();
    private final Map<LockOwner, List<PendingLock>> waits = new HashMap<>();
    private boolean grace;

    /** Creates a table without locks, outside of any grace period. */
    public LockTable() {
        this(LOCKS_PER_CLIENT_MAX);
    }

    LockTable(int locksPerClientMax) {
        this.locksPerClientMax = locksPerClientMax;
    }

    /**
     * Asks for a lock and does not wait.
     *
     * <p>Never answers {@link LockResult.Deadlock} or {@link LockResult.Cancelled}. In {@link LockSpace#FLOCK} a lock of
     * the other kind that the owner held is gone, also if the answer is a conflict; flock(2) says so.
     */
    public LockResult tryLock(NodeId node, LockSpace space, LockRequest request) {
        requireWhole(space, request.range());
        return thenTell(decisions -> {
            LockResult result = tryLocked(node, space, request, decisions);
            forgetIfEmpty(node, space);
            return result;
        });
    }

    /** {@link #tryLock} of who comes for what a stand-in holds in a range: that is given back, but first to this request. */
    public LockResult tryLock(NodeId node, LockSpace space, LockRequest request, LockOwner standIn, ByteRange kept) {
        requireWhole(space, request.range());
        return thenTell(decisions -> {
            carveLocked(node, space, standIn, kept);
            LockResult result = tryLocked(node, space, request, decisions);
            decideLocked(node, space, decisions);
            forgetIfEmpty(node, space);
            return result;
        });
    }

    /**
     * Asks for a lock and waits for it if need be, without holding the thread.
     *
     * @param whenDecided is told the result, once: before this method returns, or later on another thread; never
     *     {@link LockResult.Conflict} or {@link LockResult.InGrace}, which it waits out. It must not block.
     * @return the request; cancelling it has no effect once it is decided
     */
    public PendingLock lock(NodeId node, LockSpace space, LockRequest request, Consumer<LockResult> whenDecided) {
        requireWhole(space, request.range());
        PendingLock pending = new PendingLock(this, node, space, request, whenDecided);
        return thenTell(decisions -> {
            LockResult result = tryLocked(node, space, request, decisions);
            @Nullable
            LockResult refusal = result instanceof LockResult.Conflict || result instanceof LockResult.InGrace
                    ? enqueueLocked(pending)
                    : result;
            if (refusal != null) {
                decisions.add(new Decision(pending, refusal));
            }
            forgetIfEmpty(node, space);
            return pending;
        });
    }

    /** The lock that stands against a request, if one does; what {@code F_GETLK} and LOCKT ask. */
    public @Nullable HeldLock test(NodeId node, LockSpace space, LockRequest request) {
        lock.lock();
        try {
            FileLocks locks = files.get(new Place(node, space));
            return locks == null ? null : locks.firstConflict(request);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a range back; what the owner does not hold of it does not matter. */
    public void unlock(NodeId node, LockSpace space, LockOwner owner, ByteRange range) {
        requireWhole(space, range);
        doThenTell(decisions -> releaseLocked(node, space, owner, range, decisions));
    }

    /** Gives everything back that an owner holds on a file, and gives up what it waits for there; at its last close. */
    public void release(NodeId node, LockOwner owner) {
        releaseWhere(node::equals, owner::equals);
    }

    /** Gives everything back that the owners of a client hold or wait for; when the client is gone. */
    public void releaseClient(Client client) {
        releaseWhere(_ -> true, owner -> owner.client().equals(client));
    }

    /** Gives every lock on a file up, and all that wait for some, when the file is gone. */
    public void releaseFile(NodeId node) {
        releaseWhere(node::equals, _ -> true);
    }

    /**
     * Opens or closes the grace period: while it lasts, only what was held before the restart is granted, since nobody
     * knows what else is held. At its end those who wait are tried.
     */
    public void setGrace(boolean on) {
        doThenTell(decisions -> {
            grace = on;
            List.copyOf(files.keySet())
                    .forEach(place -> decideAfterGraceLocked(place.node(), place.space(), decisions));
        });
    }

    /** Whether the grace period lasts. */
    public boolean isGrace() {
        lock.lock();
        try {
            return grace;
        } finally {
            lock.unlock();
        }
    }

    /** The locks that are held on a file, in no order. */
    public List<HeldLock> held(NodeId node, LockSpace space) {
        lock.lock();
        try {
            FileLocks locks = files.get(new Place(node, space));
            return locks == null ? List.of() : locks.all();
        } finally {
            lock.unlock();
        }
    }

    /** All locks of a space by file: a copy, for people to look at. */
    public Map<NodeId, List<HeldLock>> all(LockSpace space) {
        lock.lock();
        try {
            Map<NodeId, List<HeldLock>> all = new HashMap<>();
            files.forEach((place, locks) -> {
                if (place.space() == space) {
                    all.put(place.node(), locks.all());
                }
            });
            return Map.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    boolean cancel(PendingLock pending) {
        lock.lock();
        try {
            if (!dequeueLocked(pending)) {
                return false;
            }
            forgetIfEmpty(pending.node(), pending.space());
        } finally {
            lock.unlock();
        }
        pending.decide(new LockResult.Cancelled());
        return true;
    }

    private static void requireWhole(LockSpace space, ByteRange range) {
        if (space == LockSpace.FLOCK && !range.equals(ByteRange.ALL)) {
            throw new IllegalArgumentException("flock of " + range + ": only of the whole file");
        }
    }

    private LockResult tryLocked(NodeId node, LockSpace space, LockRequest request, List<Decision> decisions) {
        if (grace != request.reclaim()) {
            return grace ? new LockResult.InGrace() : new LockResult.NoGrace();
        }
        FileLocks locks = locks(node, space);
        if (space == LockSpace.FLOCK && holdsOtherKind(locks, request)) {
            releaseLocked(node, space, request.owner(), ByteRange.ALL, decisions);
            locks = locks(node, space);
        }
        HeldLock conflict = locks.firstConflict(request);
        if (conflict != null) {
            return new LockResult.Conflict(conflict);
        }
        if (counts.getOrDefault(request.owner().client(), 0) >= locksPerClientMax) {
            return new LockResult.TooMany(locksPerClientMax);
        }
        grantLocked(locks, request);
        // What was exclusive may have become shared, and so let others in.
        decideLocked(node, space, decisions);
        return new LockResult.Granted();
    }

    private static boolean holdsOtherKind(FileLocks locks, LockRequest request) {
        return locks.all().stream()
                .anyMatch(held -> held.owner().equals(request.owner()) && held.kind() != request.kind());
    }

    private void grantLocked(FileLocks locks, LockRequest request) {
        int before = locks.count(request.owner());
        locks.grant(request);
        countLocked(request.owner(), locks.count(request.owner()) - before);
    }

    private void countLocked(LockOwner owner, int change) {
        if (change != 0) {
            counts.merge(owner.client(), change, (a, b) -> a + b == 0 ? null : a + b);
        }
    }

    /** Lets a request wait; answers why it may not, or null. */
    private @Nullable LockResult enqueueLocked(PendingLock pending) {
        LockRequest request = pending.request();
        if (pending.space() == LockSpace.RANGE && !grace && closesCircleLocked(pending)) {
            return new LockResult.Deadlock();
        }
        if (counts.getOrDefault(request.owner().client(), 0) >= locksPerClientMax) {
            return new LockResult.TooMany(locksPerClientMax);
        }
        locks(pending.node(), pending.space()).pending().add(pending);
        waits.computeIfAbsent(request.owner(), _ -> new ArrayList<>()).add(pending);
        countLocked(request.owner(), 1);
        return null;
    }

    private boolean dequeueLocked(PendingLock pending) {
        LockOwner owner = pending.request().owner();
        List<PendingLock> ofOwner = waits.get(owner);
        if (ofOwner == null || !ofOwner.remove(pending)) {
            return false;
        }
        if (ofOwner.isEmpty()) {
            waits.remove(owner);
        }
        locks(pending.node(), pending.space()).pending().remove(pending);
        countLocked(owner, -1);
        return true;
    }

    /** Whether those whom a request would wait for wait, directly or through others, for its owner. */
    private boolean closesCircleLocked(PendingLock pending) {
        LockOwner self = pending.request().owner();
        Set<LockOwner> seen = new HashSet<>();
        Deque<PendingLock> open = new ArrayDeque<>(List.of(pending));
        while (!open.isEmpty()) {
            PendingLock next = open.pop();
            FileLocks locks = locks(next.node(), next.space());
            for (HeldLock holder : locks.conflicts(next.request(), Integer.MAX_VALUE)) {
                if (holder.owner().equals(self)) {
                    return true;
                }
                if (seen.add(holder.owner())) {
                    open.addAll(waits.getOrDefault(holder.owner(), List.of()).stream()
                            .filter(wait -> wait.space() == LockSpace.RANGE)
                            .toList());
                }
            }
        }
        return false;
    }

    private void releaseLocked(
            NodeId node, LockSpace space, LockOwner owner, ByteRange range, List<Decision> decisions) {
        carveLocked(node, space, owner, range);
        decideLocked(node, space, decisions);
        forgetIfEmpty(node, space);
    }

    private void carveLocked(NodeId node, LockSpace space, LockOwner owner, ByteRange range) {
        FileLocks locks = locks(node, space);
        int before = locks.count(owner);
        locks.release(owner, range);
        countLocked(owner, locks.count(owner) - before);
    }

    /** Grants what waits on a file and can now be granted, in the order of arrival. */
    private void decideLocked(NodeId node, LockSpace space, List<Decision> decisions) {
        FileLocks locks = locks(node, space);
        if (grace) {
            return;
        }
        for (PendingLock pending : List.copyOf(locks.pending())) {
            if (locks.firstConflict(pending.request()) == null) {
                dequeueLocked(pending);
                grantLocked(locks, pending.request());
                decisions.add(new Decision(pending, new LockResult.Granted()));
            }
        }
    }

    /** Those who began to wait in the grace period were not yet looked at for circles. */
    private void decideAfterGraceLocked(NodeId node, LockSpace space, List<Decision> decisions) {
        decideLocked(node, space, decisions);
        for (PendingLock pending : List.copyOf(locks(node, space).pending())) {
            if (!grace && space == LockSpace.RANGE && closesCircleLocked(pending)) {
                dequeueLocked(pending);
                decisions.add(new Decision(pending, new LockResult.Deadlock()));
            }
        }
        forgetIfEmpty(node, space);
    }

    /** The locks of a file; a caller that may leave them empty calls {@link #forgetIfEmpty} at last. */
    private FileLocks locks(NodeId node, LockSpace space) {
        return files.computeIfAbsent(new Place(node, space), _ -> new FileLocks());
    }

    private void forgetIfEmpty(NodeId node, LockSpace space) {
        if (locks(node, space).isEmpty()) {
            files.remove(new Place(node, space));
        }
    }

    private void releaseWhere(Predicate<NodeId> ofNode, Predicate<LockOwner> ofOwner) {
        doThenTell(decisions -> {
            for (Place place : List.copyOf(files.keySet())) {
                if (ofNode.test(place.node())) {
                    releaseLocked(place.node(), place.space(), ofOwner, decisions);
                }
            }
        });
    }

    private void releaseLocked(NodeId node, LockSpace space, Predicate<LockOwner> ofOwner, List<Decision> decisions) {
        FileLocks locks = locks(node, space);
        for (PendingLock pending : List.copyOf(locks.pending())) {
            if (ofOwner.test(pending.request().owner())) {
                dequeueLocked(pending);
                decisions.add(new Decision(pending, new LockResult.Cancelled()));
            }
        }
        for (LockOwner owner : List.copyOf(locks.owners())) {
            if (ofOwner.test(owner)) {
                releaseLocked(node, space, owner, ByteRange.ALL, decisions);
            }
        }
        forgetIfEmpty(node, space);
    }

    private void doThenTell(Consumer<List<Decision>> work) {
        thenTell(decisions -> {
            work.accept(decisions);
            return decisions;
        });
    }

    private <T> T thenTell(Function<List<Decision>, T> work) {
        List<Decision> decisions = new ArrayList<>();
        T result;
        lock.lock();
        try {
            result = work.apply(decisions);
        } finally {
            lock.unlock();
        }
        tell(decisions);
        return result;
    }

    private static void tell(List<Decision> decisions) {
        for (Decision decision : decisions) {
            decision.pending().decide(decision.result());
        }
    }
}
