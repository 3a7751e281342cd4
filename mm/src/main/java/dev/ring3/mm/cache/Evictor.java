package dev.ring3.mm.cache;

import dev.ring3.mm.ShrinkControl;
import dev.ring3.mm.Shrinker;

/**
 * Frees frames when the allocator asks: takes proposals of the policies, looks whether they can go, and takes them out.
 * Waits for nothing. Where only dirty folios are left, the flusher is woken.
 */
final class Evictor implements Shrinker {
    private static final int PROPOSALS_MAX = 32;

    /** Rounds of proposals without any that could go, after which it is given up. */
    private static final int FRUITLESS_ROUNDS_MAX = 64;

    private final PageCache cache;

    Evictor(PageCache cache) {
        this.cache = cache;
    }

    @Override
    public String name() {
        return "page cache";
    }

    @Override
    public boolean needsFilesystem() {
        return false;
    }

    @Override
    public boolean doesIo() {
        return false;
    }

    @Override
    public long countFrames(ShrinkControl control) {
        return cache.folios().heldFrames();
    }

    @Override
    public long scan(ShrinkControl control) {
        long wanted = Math.max(control.framesWanted(), control.order().frames());
        return evict(new EvictionRequest(
                wanted,
                control.trigger(),
                control.scope().mayEnterFilesystem(),
                control.scope().mayDoIo()));
    }

    /** Evicts about as many frames as are wanted; returns how many left. */
    long evict(EvictionRequest request) {
        int[] proposals = new int[PROPOSALS_MAX];
        long freed = 0;
        if (cache.policies().attachedProposes()) {
            int proposed = cache.policies().proposeAttached(request, proposals);
            while (proposed > 0 && freed < request.framesWanted()) {
                long more = take(proposals, proposed);
                freed += more;
                proposed = more == 0 ? 0 : cache.policies().proposeAttached(rest(request, freed), proposals);
            }
            if (freed < request.framesWanted()) {
                cache.counters().policyShortfalls.increment();
            }
        }
        for (int fruitless = 0; freed < request.framesWanted() && fruitless < FRUITLESS_ROUNDS_MAX; ) {
            int proposed = cache.policies().proposeBuiltIn(rest(request, freed), proposals);
            if (proposed == 0) {
                break;
            }
            long more = take(proposals, proposed);
            freed += more;
            fruitless = more > 0 ? 0 : fruitless + 1;
        }
        if (freed < request.framesWanted() && cache.dirty().uncleanFrames() > 0) {
            cache.flusher().wake();
        }
        return freed;
    }

    private static EvictionRequest rest(EvictionRequest request, long freed) {
        return new EvictionRequest(
                Math.max(1, request.framesWanted() - freed),
                request.trigger(),
                request.mayEnterFilesystem(),
                request.mayDoIo());
    }

    private long take(int[] proposals, int count) {
        long freed = 0;
        for (int i = 0; i < count; i++) {
            int frame = proposals[i];
            Folio folio = frame < 0 || frame >= cache.folios().frameCount()
                    ? null
                    : cache.folios().at(frame);
            if (folio != null && folio.frame == frame && folio.file.remover().tryEvict(folio, RemovalReason.RECLAIM)) {
                freed += folio.order.frames();
            } else {
                cache.counters().evictionsRefused.increment();
            }
        }
        return freed;
    }
}
