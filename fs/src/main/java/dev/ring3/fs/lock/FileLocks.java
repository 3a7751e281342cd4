package dev.ring3.fs.lock;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks of one file in one space, and who waits for some. Every method wants the lock of the {@link LockTable}.
 *
 * <p>Each owner's locks are disjoint and ordered by their first byte; neighbours of one kind that touch are one lock.
 */
final class FileLocks {
    private final Map<LockOwner, NavigableMap<Long, HeldLock>> held = new HashMap<>();
    private final List<PendingLock> pending = new ArrayList<>();

    /** Those who wait, in the order of their arrival. */
    List<PendingLock> pending() {
        return pending;
    }

    boolean isEmpty() {
        return held.isEmpty() && pending.isEmpty();
    }

    Collection<LockOwner> owners() {
        return held.keySet();
    }

    List<HeldLock> all() {
        return held.values().stream().flatMap(locks -> locks.values().stream()).toList();
    }

    int count(LockOwner owner) {
        NavigableMap<Long, HeldLock> locks = held.get(owner);
        return locks == null ? 0 : locks.size();
    }

    @Nullable
    HeldLock firstConflict(LockRequest request) {
        List<HeldLock> conflicts = conflicts(request, 1);
        return conflicts.isEmpty() ? null : conflicts.getFirst();
    }

    /** The first locks that stand against a request, at most one of each owner. */
    List<HeldLock> conflicts(LockRequest request, int countMax) {
        List<HeldLock> conflicts = new ArrayList<>();
        Iterator<NavigableMap<Long, HeldLock>> owners = held.values().iterator();
        while (conflicts.size() < countMax && owners.hasNext()) {
            for (HeldLock lock : overlapping(owners.next(), request.range())) {
                if (lock.conflictsWith(request)) {
                    conflicts.add(lock);
                    break;
                }
            }
        }
        return conflicts;
    }

    /** Gives the owner the range in the kind asked for, whatever it held there before. */
    void grant(LockRequest request) {
        NavigableMap<Long, HeldLock> locks = held.computeIfAbsent(request.owner(), _ -> new TreeMap<>());
        carve(locks, request.range());
        HeldLock granted = request.granted();
        for (HeldLock neighbour : neighbours(locks, granted)) {
            locks.remove(neighbour.range().first());
            granted = granted.over(granted.range().join(neighbour.range()));
        }
        locks.put(granted.range().first(), granted);
    }

    void release(LockOwner owner, ByteRange range) {
        NavigableMap<Long, HeldLock> locks = held.get(owner);
        if (locks == null) {
            return;
        }
        carve(locks, range);
        if (locks.isEmpty()) {
            held.remove(owner);
        }
    }

    /** Takes a range out of an owner's locks; what lies beside it stays. */
    private static void carve(NavigableMap<Long, HeldLock> locks, ByteRange range) {
        for (HeldLock lock : overlapping(locks, range)) {
            ByteRange old = lock.range();
            locks.remove(old.first());
            if (old.first() < range.first()) {
                locks.put(old.first(), lock.over(new ByteRange(old.first(), range.first() - 1)));
            }
            if (old.last() > range.last()) {
                locks.put(range.last() + 1, lock.over(new ByteRange(range.last() + 1, old.last())));
            }
        }
    }

    private static List<HeldLock> overlapping(NavigableMap<Long, HeldLock> locks, ByteRange range) {
        Map.Entry<Long, HeldLock> before = locks.floorEntry(range.first());
        long from = before == null ? range.first() : before.getKey();
        return locks.subMap(from, true, range.last(), true).values().stream()
                .filter(lock -> lock.range().overlaps(range))
                .toList();
    }

    /** The at most two locks of the same kind that touch a lock whose range is free. */
    private static List<HeldLock> neighbours(NavigableMap<Long, HeldLock> locks, HeldLock lock) {
        List<HeldLock> neighbours = new ArrayList<>(2);
        addIfJoinable(neighbours, locks.lowerEntry(lock.range().first()), lock);
        addIfJoinable(neighbours, locks.higherEntry(lock.range().first()), lock);
        return neighbours;
    }

    private static void addIfJoinable(
            List<HeldLock> neighbours, Map.@Nullable Entry<Long, HeldLock> entry, HeldLock lock) {
        if (entry != null
                && entry.getValue().kind() == lock.kind()
                && entry.getValue().range().touches(lock.range())) {
            neighbours.add(entry.getValue());
        }
    }
}
