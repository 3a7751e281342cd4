package dev.ring3.fs.volume;

import dev.ring3.fs.FileView;
import dev.ring3.fs.NodeId;
import org.jspecify.annotations.Nullable;

/** Lends data of regular files from where the cache has it, or brings it there. */
final class FileViews {
    /** The cache must not be short of memory for as many of them. */
    private static final long VIEWS_MIN = 64;

    private final VolumeCore core;
    private final Lookup lookup;

    FileViews(VolumeCore core, Lookup lookup) {
        this.core = core;
        this.lookup = lookup;
    }

    /** A range, or what of it lies inside the file; null where it is to be read. */
    @Nullable
    FileView of(NodeId file, long offset, long lengthBytes) {
        return lookup.reading(file, "read", (_, live) -> {
            InodeRecord inode = FileContent.requireRegular(core.require(live).record, "read");
            FileLimits.requireOffset("read", offset);
            long length = Math.min(lengthBytes, Math.max(0, inode.size() - offset));
            boolean fits = length > 0 && length <= core.cache().budgetBytes() / VIEWS_MIN;
            CachedFile cached = fits ? core.cache().of(live, inode.size()) : null;
            return cached == null ? null : cached.view(offset, length);
        });
    }
}
