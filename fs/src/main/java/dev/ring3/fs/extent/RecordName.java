package dev.ring3.fs.extent;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import org.jspecify.annotations.Nullable;

/** Whose extent record it is, and where it ends, in blocks of the file. */
public record RecordName(Ino ino, SnapshotId snapshot, long endBlock) {
    /** Reads the volume's keys: what a key names, or null if it is not that of an extent record. */
    public interface Parser {
        @Nullable
        RecordName parse(byte[] key);
    }
}
