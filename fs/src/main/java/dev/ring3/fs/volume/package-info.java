/**
 * The volume: inodes, names, subvolumes and snapshots over an ordered store, in transactions.
 *
 * <p><b>Keys.</b> {@link dev.ring3.fs.volume.KeyLayout} says what is where. What has versions is an {@code Item}: an inode,
 * a name, an extent, an extended attribute, a further link. Its key ends with the node of the snapshot tree that wrote
 * it; what a node sees is the business of {@code View}.
 *
 * <p><b>Snapshots.</b> A snapshot freezes the node that was written to and puts a new one below; nothing is copied. Nodes
 * form an n-ary tree: snapshots of one state stand side by side. A node that no subvolume shows any more goes, or is
 * merged with its only child ({@code NodeCleaner}). The index of changes names, for each node, every item that has a key
 * in it (and some that have none any more), so what a node holds is found without a walk.
 *
 * <p><b>Transactions.</b> An operation locks the inodes it reads and changes, prepares one batch, writes it, and then
 * shows the new state in memory: names first, then the inode with its change attribute. It is durable when somebody
 * waited for it, or after the next background commit.
 *
 * <p><b>Data.</b> A regular file's content is read and written in memory ({@code CachedFile}); {@code Writeback} names what
 * was written in one transaction for each file. Until then the inode in memory is ahead of the stored one
 * ({@code InodeRecord.size}, {@code allocated}), and pinned. What changes records, or moves them, has data named first.
 *
 * <p><b>Change attribute.</b> {@code ChangeClock} hands out values, none twice, ever; {@code LiveInode.State} keeps
 * whether anybody has seen the present one, and only then a change moves it. What is shown is never below the floor of
 * the volume, raised by an unclean start, nor that of the subvolume, raised by a rollback.
 *
 * <p><b>Order of locks.</b> {@code Subvolumes.lock}; {@code Subvolume.freeze} by number; {@code Subvolume.moving};
 * inodes by {@code NodeId}; {@code Subvolume.recordLock}; {@code TreeNode.accounting}, parents before children; the mount
 * state's lock; the store's own. {@code CachedFile.extents} comes after inodes and before accounting; the page cache's
 * locks after inodes, and those of {@code dev.ring3.fs.extent} after these: writeback, which others may wait for with any
 * lock of the volume, takes only the latter. The snapshot tree's monitor is held for no longer than a look.
 * Locks are made by {@code FsLocks}, which lets the validator of {@code dev.ring3.mm} hold tests to this order.
 */
package dev.ring3.fs.volume;
