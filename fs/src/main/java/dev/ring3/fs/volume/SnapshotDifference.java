package dev.ring3.fs.volume;

import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one inode differs between two snapshots.
 *
 * @param oldPath one of its paths in the first, from the subvolume's root; null if it is not there or has no name
 * @param newPath one of its paths in the second
 * @param attributes whether attributes, link count or times differ
 * @param xattrs whether extended attributes or ACLs differ
 * @param ranges in which the two are made of different blocks, in bytes, ascending; their content may still be equal
 * @param entries of a directory that differ
 */
public record SnapshotDifference(
        Ino ino,
        What what,
        @Nullable List<Name> oldPath,
        @Nullable List<Name> newPath,
        boolean attributes,
        boolean xattrs,
        List<Range> ranges,
        List<Entry> entries) {
    /** In which of the two it is. */
    public enum What {
        ADDED,
        REMOVED,
        CHANGED
    }

    /** A part of a file. */
    public record Range(long offsetBytes, long lengthBytes) {}

    /** A name; null where it is not there. */
    public record Entry(
            Name name, @Nullable Ino before, @Nullable Ino after) {}
}
