package dev.ring3.mm.cache;

/** SIEVE (Zhang and others, NSDI 2024): a queue, and a hand that goes from its tail to its head and starts over. */
final class SievePolicy implements CachePolicy {
    private static final int NONE = -1;

    private int[] newer = new int[0];
    private int[] older = new int[0];
    private Visits visits = _ -> 0;
    private int newest = NONE;
    private int oldest = NONE;
    private int hand = NONE;

    @Override
    public void init(int frameCount, Visits visits) {
        this.newer = new int[frameCount];
        this.older = new int[frameCount];
        this.visits = visits;
    }

    @Override
    public void added(FolioContext folio) {
        int frame = folio.frame();
        older[frame] = newest;
        newer[frame] = NONE;
        if (newest == NONE) {
            oldest = frame;
        } else {
            newer[newest] = frame;
        }
        newest = frame;
    }

    @Override
    public void removed(FolioContext folio, RemovalReason reason) {
        int frame = folio.frame();
        hand = hand == frame ? newer[frame] : hand;
        if (newer[frame] == NONE) {
            newest = older[frame];
        } else {
            older[newer[frame]] = older[frame];
        }
        if (older[frame] == NONE) {
            oldest = newer[frame];
        } else {
            newer[older[frame]] = newer[frame];
        }
    }

    @Override
    public int evict(EvictionRequest request, int[] proposals) {
        int candidate = hand == NONE ? oldest : hand;
        while (candidate != NONE && visits.take(candidate) > 0) {
            candidate = newer[candidate] == NONE ? oldest : newer[candidate];
        }
        hand = candidate;
        if (candidate == NONE) {
            return 0;
        }
        proposals[0] = candidate;
        return 1;
    }
}
