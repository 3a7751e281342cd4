package dev.ring3.fs.volume;

import dev.ring3.fs.NodeId;
import dev.ring3.mm.cache.ResidentRange;
import java.util.List;

/** Which files of a volume have content in memory, for people. A look at what others change meanwhile. */
public final class CachedFiles {
    private CachedFiles() {}

    /** Those with most content in memory, so many at most; those with most first. */
    public static List<CachedFileInfo> largest(Volume volume, int filesMax) {
        return volume.parts.core().cache().largest(filesMax);
    }

    /** What of a file is in memory, in order; nothing if it is not there. */
    public static List<ResidentRange> residency(Volume volume, NodeId node) {
        return volume.parts.core().cache().residency(node);
    }
}
