package dev.ring3.mm;

/**
 * How many free frames set off what. Below {@code lowFrames} the background reclaimer wakes and works until there are
 * {@code highFrames} again. Below {@code minFrames} an allocation reclaims by itself; that many are left for MEMALLOC
 * scopes alone. (Linux, {@code mm/page_alloc.c}.)
 */
public record Watermarks(long minFrames, long lowFrames, long highFrames) {
    public Watermarks {
        if (minFrames < 0 || lowFrames < minFrames || highFrames < lowFrames) {
            throw new IllegalArgumentException(
                    "watermarks %d, %d, %d do not rise".formatted(minFrames, lowFrames, highFrames));
        }
    }

    /**
     * The usual ones: of 1 GiB, 4 MiB for the reserve, and background reclaim from 8 MiB up to 16 MiB; on a small
     * pool at least one frame between each two.
     */
    public static Watermarks of(long frames) {
        long min = Math.max(1, frames / 256);
        long low = min + Math.max(1, frames / 256);
        return new Watermarks(min, low, low + Math.max(1, frames / 128));
    }
}
