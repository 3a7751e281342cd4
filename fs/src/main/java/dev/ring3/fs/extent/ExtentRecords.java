package dev.ring3.fs.extent;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import org.jspecify.annotations.Nullable;

/**
 * The extent records of one inode, as one snapshot shows them and one transaction changes them. The volume implements it
 * over its versioned keys; values belong to this package.
 *
 * <p>Only the snapshot's own records are ever written. A write over a part of an ancestor's extent puts records of the
 * snapshot's own for what is left of it, under keys of its own, so ancestors and their other children see no change.
 *
 * <p><b>Locks.</b> The records of an inode are changed under the inode's lock, held from before
 * {@link FileData#stage} until after {@link DataTransaction#committed}, and read under it, shared: a reader between the
 * two could follow a record to blocks that are somebody else's by then.
 */
public interface ExtentRecords {
    /**
     * A record.
     *
     * @param endBlock where it ends, exclusive, in blocks of the file
     * @param value what {@link #put} was given
     * @param own whether its key is of this very snapshot, not of an ancestor
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through
    record Entry(long endBlock, byte[] value, boolean own) {}

    /** Whose records these are, for messages. */
    Ino ino();

    /** Through which snapshot they are seen, for messages. */
    SnapshotId snapshot();

    /** The first visible record that ends after {@code block}; null if there is none. Sees the transaction's own changes. */
    @Nullable
    Entry after(long block);

    /** Sets the record that ends at {@code endBlock}, as this snapshot's own. */
    void put(long endBlock, byte[] value);

    /** Hides the record that ends at {@code endBlock}, whether it is own or an ancestor's, or both. */
    void remove(long endBlock);
}
