package dev.ring3.mm;

/**
 * What reclaim asks of a {@link Shrinker}.
 *
 * @param framesWanted how many frames to free, at least 1
 * @param order the folio that an allocation waits for; freeing one of that size helps most
 * @param trigger who asks
 * @param round how often reclaim has asked in vain for this allocation; the higher, the less should be spared
 * @param scope the scopes of the allocation that waits, for direct reclaim
 */
public record ShrinkControl(long framesWanted, FolioOrder order, Trigger trigger, int round, HeldScope scope) {
    /** Who reclaims. */
    public enum Trigger {
        /** The reclaimer's own thread, after free frames fell below the low watermark. */
        BACKGROUND,
        /** A thread that allocates, after they fell below the min watermark. */
        DIRECT,
        /** Somebody who asked for it: {@link FrameAllocator#reclaim}. */
        REQUESTED
    }

    ShrinkControl withFramesWanted(long frames) {
        return new ShrinkControl(frames, order, trigger, round, scope);
    }
}
