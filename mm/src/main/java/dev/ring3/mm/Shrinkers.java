package dev.ring3.mm;

import dev.ring3.mm.ShrinkControl.Trigger;
import java.util.ArrayList;
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

    private record Candidate(Shrinker shrinker, long count) {}

    /**
     * Asks each shrinker that the scope allows for a part of what is wanted, in proportion to what it could free; then,
     * if that was not enough, those that gave all of their part for the rest.
     *
     * @return how many frames were freed
     */
    long pass(long framesWanted, FolioOrder order, Trigger trigger, int round, HeldScope scope) {
        ShrinkControl whole = new ShrinkControl(framesWanted, order, trigger, round, scope);
        List<Candidate> candidates = candidates(whole);
        long total = candidates.stream().mapToLong(Candidate::count).sum();
        List<Candidate> generous = new ArrayList<>();
        long freed = 0;
        for (Candidate candidate : candidates) {
            long part = (framesWanted * candidate.count() + total - 1) / total;
            if (freed < framesWanted) {
                long given = scan(candidate.shrinker(), whole.withFramesWanted(Math.min(part, framesWanted - freed)));
                freed += given;
                if (given >= part) {
                    generous.add(candidate);
                }
            }
        }
        for (Candidate candidate : generous) {
            if (freed < framesWanted) {
                freed += scan(candidate.shrinker(), whole.withFramesWanted(framesWanted - freed));
            }
        }
        counters.passed(trigger, freed);
        return freed;
    }

    private List<Candidate> candidates(ShrinkControl control) {
        List<Candidate> candidates = new ArrayList<>();
        for (Shrinker shrinker : registered) {
            if (allows(control.scope(), shrinker)) {
                long count = shrinker.countFrames(control);
                if (count > 0) {
                    candidates.add(new Candidate(shrinker, Math.min(count, Integer.MAX_VALUE)));
                }
            }
        }
        return candidates;
    }

    private static boolean allows(HeldScope scope, Shrinker shrinker) {
        return (scope.mayEnterFilesystem() || !shrinker.needsFilesystem()) && (scope.mayDoIo() || !shrinker.doesIo());
    }

    private static long scan(Shrinker shrinker, ShrinkControl control) {
        return RECLAIMING.call(() -> {
            ReclaimLocks.beginScan(shrinker);
            try {
                return shrinker.scan(control);
            } finally {
                ReclaimLocks.endScan(shrinker);
            }
        });
    }
}
