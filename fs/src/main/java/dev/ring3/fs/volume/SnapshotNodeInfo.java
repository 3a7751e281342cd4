package dev.ring3.fs.volume;

import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.SubvolumeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of the snapshot tree, as of one moment.
 *
 * @param keys versions of items that it holds; 0 if nothing changed in it
 * @param writtenBytes data written while it was a head
 * @param shownBy the subvolumes that show it; none for one that only others build on
 */
public record SnapshotNodeInfo(
        SnapshotId id, @Nullable SnapshotId parent, long keys, long writtenBytes, List<SubvolumeId> shownBy) {}
