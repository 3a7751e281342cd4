package dev.ring3.mm;

import dev.ring3.mm.ShrinkControl.Trigger;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who can give frames back, and one pass over them. Thread-safe. */
final class Shrinkers {
    private static final ReclaimScope RECLAIMING = ReclaimScope.memAlloc("reclaim");

    private final List<Shrinker> registered = new CopyOnWriteArrayList<>();
    private final ReclaimCounters counters;

    Shrinkers(ReclaimCounters counters) {
        this.counters = counters;
    }

    Registration register(Shrinker shrinker) {
        registered.add(shrinker);
        return () -> registered.remove(shrinker);
    }

    /** Asks each shrinker that the scope allows for its part of what is wanted; returns how many frames were freed. */
    long pass(long framesWanted, FolioOrder order, Trigger trigger, int round, HeldScope scope) {
        long freed = 0;
        for (Shrinker shrinker : registered) {
            if (freed >= framesWanted) {
                break;
            }
            if (allows(scope, shrinker)) {
                freed += scan(shrinker, new ShrinkControl(framesWanted - freed, order, trigger, round, scope));
            }
        }
        counters.passed(trigger, freed);
        return freed;
    }

    private static boolean allows(HeldScope scope, Shrinker shrinker) {
        return (scope.mayEnterFilesystem() || !shrinker.needsFilesystem()) && (scope.mayDoIo() || !shrinker.doesIo());
    }

    private static long scan(Shrinker shrinker, ShrinkControl control) {
        return RECLAIMING.call(() -> {
            ReclaimLocks.beginScan(shrinker);
            try {
                return shrinker.countFrames(control) == 0 ? 0L : shrinker.scan(control);
            } finally {
                ReclaimLocks.endScan(shrinker);
            }
        });
    }
}
