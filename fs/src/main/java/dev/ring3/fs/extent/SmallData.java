package dev.ring3.fs.extent;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;

/** An inode that has data in its extent records, which {@link FileData#moveSmall} moves to a segment. */
public record SmallData(SnapshotId snapshot, Ino ino) {}
