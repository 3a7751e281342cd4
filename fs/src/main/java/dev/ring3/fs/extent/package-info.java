/**
 * The data of files: where it is, how it gets there, how it is known to be right. {@link dev.ring3.fs.extent.FileData} is
 * the entry; the volume brings inodes, names and locks.
 *
 * <p><b>A write.</b> The volume claims space when it accepts data ({@link dev.ring3.fs.extent.SpaceReservation}), so that
 * ENOSPC meets the writer. Writeback stages dirty ranges: they are written to blocks that nothing names, and made
 * durable. Then one batch of the volume's store points the inode at them, and carries the changes of reference counts.
 * Data is never overwritten in place, and always durable before the batch that names it is written, because a store may
 * make a batch durable at any time on its own. A small fsync puts its data into the batch itself: one sync, not two.
 *
 * <p><b>An extent record</b> ({@code ExtentLayout}) says where up to 1 MiB of a file is, and carries the CRC32C of each of
 * its 4 KiB blocks, so a block that is stale, misplaced or foreign does not pass for the one that was meant. Records are
 * the snapshot's own or an ancestor's; {@code ExtentEditor} says what becomes of those that are cut.
 *
 * <p><b>Blocks</b> have a count of the records that name them ({@code References}). One that loses its last record may be
 * used again when the batch that took it is durable. Free space is not stored: it is what has no references.
 *
 * <p><b>A crash</b> at any moment leaves a prefix of batches, and so records and counts that agree, and data that is
 * there. Blocks that were staged and not named are free again.
 *
 * <p><b>Lock order.</b> Inode locks (the volume's), {@code References.folding}, {@code HostReserve.lock},
 * {@code SpaceReservation.lock}, {@code SpaceBudget.lock}, {@code References.lock}; apart from these
 * {@code SegmentExtentStore.growing}; the table of segments and the sync of one segment last. The store's write is called
 * under the first two alone.
 */
package dev.ring3.fs.extent;
