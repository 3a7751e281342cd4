package dev.ring3.mm.cache;

/**
 * What a cache asks about its folios: which to let go, which to let in, how far to read ahead. One policy is in charge
 * of a {@link PageCache}; {@link PageCache#attach} sets it, atomically.
 *
 * <p>Folios are named by the number of their first frame, which is the name of one folio from {@link #added} to
 * {@link #removed}. All methods of one policy are called one at a time, under a lock that nothing else is done under,
 * except {@link #readahead} and {@link #admit}, which are called concurrently. They must be short, must not block and
 * must not call the cache. None is on the path of a hit: that only leaves a mark, for {@link Visits}.
 *
 * <p>The cache checks what it is told: a proposed folio that is pinned, dirty, or not there is not evicted. If too few
 * are left, the built-in policy, which follows along, proposes others. A policy that throws is detached, and the
 * built-in one takes over; one that throws from {@link #init}, or while it is told of what is there, is not attached.
 * (After cache_ext, SOSP 2025.)
 */
public interface CachePolicy {
    /**
     * How often folios were read since the last look: counted up to {@value #VISITS_MAX}, in marks that hits set without
     * a lock, so now and then one too few.
     */
    interface Visits {
        /** The largest count there is. */
        int VISITS_MAX = 3;

        /** The count of a folio, the highest of its pages; it is 0 from now on. */
        int take(int frame);

        /** Whether a page of the folio is newer than the backing. */
        default boolean isDirty(int frame) {
            return false;
        }

        /** Whether a page of the folio is on its way to the backing. */
        default boolean isUnderWriteback(int frame) {
            return false;
        }
    }

    /** Called first. Folios that are in the cache already are told by {@link #added} next. */
    default void init(int frameCount, Visits visits) {}

    /** Called last. */
    default void exit() {}

    /** A folio has come into the cache. */
    void added(FolioContext folio);

    /**
     * A folio was read: one read in {@value PageCache#SAMPLE_INTERVAL} or so is told, late, in no order.
     *
     * @param thread whose read it was, {@link Thread#threadId}
     */
    default void accessed(FolioContext folio, long thread) {}

    /** A folio has left the cache. */
    void removed(FolioContext folio, RemovalReason reason);

    /** Whether it ever proposes anything; otherwise the built-in policy evicts, and that is not counted as a shortfall. */
    default boolean proposes() {
        return true;
    }

    /**
     * Proposes folios to evict. A folio leaves by {@link #removed} alone, so one that could not be evicted stays with the
     * policy, and had better not be proposed again at once.
     *
     * @param proposals filled from the beginning, best first
     * @return how many were proposed
     */
    int evict(EvictionRequest request, int[] proposals);

    /** Whether what a read or a write brings in may stay; otherwise it goes as in {@link IoMode#UNCACHED}. */
    default boolean admit(FolioContext folio) {
        return true;
    }

    /**
     * How many bytes to have in memory from the start of an access on, at most as much as the request allows. A policy
     * that is attached is also asked about accesses that continue nothing.
     *
     * @param more takes what else the policy wants; half of it read, the policy is asked again
     */
    default long readahead(ReadaheadRequest request, Prefetch more) {
        return request.usualBytes();
    }
}
