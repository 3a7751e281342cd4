package dev.ring3.mm;

/**
 * Somebody who holds frames that could be given back. Called by the background reclaimer and, in direct reclaim, by any
 * thread that allocates, at any point where it allocates; so several threads may be inside at once.
 *
 * <p>A scan runs in a MEMALLOC scope: what it allocates itself comes from the reserve and starts no further reclaim. It
 * must not wait for locks that are held across allocations by code without a scope that forbids it; the
 * {@link dev.ring3.mm.lock.LockValidator} finds such locks.
 */
public interface Shrinker {
    /** What reports call it. */
    String name();

    /** Whether a scan may take locks of the filesystem; then none is made in NOFS and NOIO scopes. */
    boolean needsFilesystem();

    /** Whether a scan may start I/O or wait for it; then none is made in NOIO scopes. */
    boolean doesIo();

    /** About how many frames a scan could free now; 0 saves the scan. Cheap, takes no lock that can wait. */
    long countFrames(ShrinkControl control);

    /**
     * Frees up to about {@link ShrinkControl#framesWanted} frames, by {@link FrameAllocator#free}.
     *
     * @return how many frames were freed; 0 if there was nothing to be had without waiting
     */
    long scan(ShrinkControl control);
}
