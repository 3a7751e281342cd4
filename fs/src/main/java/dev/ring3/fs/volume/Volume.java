package dev.ring3.fs.volume;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.ChangeListener.What;
import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FileView;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.WriteResult;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.DataReport;
import dev.ring3.fs.extent.MemoryBlockDevice;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import dev.ring3.mm.cache.CachePolicy;
import dev.ring3.mm.cache.CacheStatistics;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A volume: files, directories, subvolumes and snapshots, kept in an ordered store and a block device. Every operation is
 * one transaction; after a crash the volume is what some prefix of them left, with everything that was synced.
 */
public final class Volume implements FileTree, AutoCloseable {
    final VolumeParts parts;

    private Volume(VolumeParts parts) {
        this.parts = parts;
    }

    /**
     * Opens the volume in a store and on a device, or begins one if the store is empty. Both are the volume's from now
     * on: it closes them.
     *
     * @throws dev.ring3.fs.FsException EOPNOTSUPP for a volume of a newer Ring3; EUCLEAN for a damaged one
     */
    public static Volume open(OrderedStore store, BlockDevice device, VolumeOptions options) {
        return new Volume(VolumeParts.open(store, device, options, VolumeSeams.NONE));
    }

    /** With parts replaced. */
    static Volume open(OrderedStore store, BlockDevice device, VolumeOptions options, VolumeSeams seams) {
        return new Volume(VolumeParts.open(store, device, options, seams));
    }

    /** A volume that lives as long as the process. */
    public static Volume inMemory(long capacityBytes, VolumeOptions options) {
        return open(new MemoryMedium().open("this process"), new MemoryBlockDevice(capacityBytes), options);
    }

    /** Subvolumes, snapshots, and what else is asked of the volume as a whole. */
    public SubvolumeControl subvolumes() {
        return parts.control();
    }

    @Override
    public NodeId root() {
        return NodeId.rootOf(new SubvolumeId(parts.core().mount().defaultSubvolume()));
    }

    @Override
    public Stat stat(NodeId node, int mask) {
        return SnapshotsFolder.isVirtual(node)
                ? parts.snapshots().stat(node)
                : parts.lookup().stat(node, mask);
    }

    @Override
    public @Nullable Stat find(NodeId directory, Name name, int mask) {
        if (SnapshotsFolder.isVirtual(directory)) {
            NodeId found = parts.snapshots().find(directory, name);
            return found == null ? null : stat(found, mask);
        }
        if (SnapshotsFolder.isReserved(directory, name)) {
            return parts.snapshots().stat(SnapshotsFolder.of(directory));
        }
        return parts.lookup().find(directory, name, mask);
    }

    @Override
    public NodeId parent(NodeId directory) {
        return SnapshotsFolder.isVirtual(directory)
                ? parts.snapshots().parent(directory)
                : parts.lookup().parent(directory);
    }

    @Override
    public Entered create(NodeId directory, Name name, NewNode node, Guard guard) {
        parts.requireOrdinary(directory, name, "create", Errno.EEXIST);
        Entered entered = parts.namespace().create(directory, name, node, guard);
        parts.done(directory, What.ENTRY_ADDED, name);
        return entered;
    }

    @Override
    public OpenNode createNameless(NodeId directory, NewNode node, Guard guard) {
        parts.requireStored(directory, "create");
        return parts.handles().createNameless(directory, node, guard);
    }

    @Override
    public Entered link(NodeId node, NodeId directory, Name name, Guard guard) {
        parts.requireOrdinary(directory, name, "link", Errno.EEXIST);
        parts.requireStored(node, "link");
        Entered entered = parts.namespace().link(node, directory, name, guard);
        parts.done(directory, What.ENTRY_ADDED, name);
        parts.core().tell(node, What.ATTRIBUTES);
        return entered;
    }

    @Override
    public Removed unlink(NodeId directory, Name name, Guard guard) {
        parts.requireOrdinary(directory, name, "unlink", Errno.EISDIR);
        return removed(directory, name, parts.namespace().unlink(directory, name, guard));
    }

    @Override
    public Removed rmdir(NodeId directory, Name name, Guard guard) {
        parts.requireOrdinary(directory, name, "rmdir", Errno.EBUSY);
        return removed(directory, name, parts.namespace().rmdir(directory, name, guard));
    }

    private Removed removed(NodeId directory, Name name, Removed removed) {
        parts.done(directory, What.ENTRY_REMOVED, name);
        parts.core().tell(removed.node().node(), removed.node().links() == 0 ? What.UNLINKED : What.ATTRIBUTES);
        return removed;
    }

    @Override
    public Renamed rename(NodeId from, Name name, NodeId to, Name newName, RenameMode mode, RenameGuard guard) {
        parts.requireOrdinary(from, name, "rename", Errno.EBUSY);
        parts.requireOrdinary(to, newName, "rename", Errno.EBUSY);
        Renamed renamed = parts.renames().rename(from, name, to, newName, mode, guard);
        Stat replaced = renamed.replaced();
        parts.done(from, mode.keepsOldName() ? What.ENTRY_REPLACED : What.ENTRY_REMOVED, name);
        parts.core().tell(to, replaced == null ? What.ENTRY_ADDED : What.ENTRY_REPLACED, newName);
        if (replaced != null) {
            parts.core().tell(replaced.node(), replaced.links() == 0 ? What.UNLINKED : What.ATTRIBUTES);
        }
        return renamed;
    }

    @Override
    public byte[] readlink(NodeId node) {
        return parts.lookup().readlink(node);
    }

    @Override
    public Stat setAttributes(NodeId node, AttrChange change, Guard guard) {
        parts.requireStored(node, "set attributes");
        Stat after = parts.attributes().set(node, change, guard);
        parts.done(node, change.sizeBytes() == null ? What.ATTRIBUTES : What.DATA);
        return after;
    }

    @Override
    public void touchAccessTime(NodeId node) {
        if (!SnapshotsFolder.isVirtual(node)) {
            parts.attributes().touchAccessTime(node);
        }
    }

    @Override
    public void readDirectory(NodeId directory, long after, DirectorySink sink) {
        if (SnapshotsFolder.isVirtual(directory)) {
            parts.snapshots().read(directory, after, sink);
        } else {
            parts.listing().read(directory, after, sink);
        }
    }

    @Override
    public byte @Nullable [] xattr(NodeId node, XattrName name) {
        return parts.readXattr(
                node, (view, inode) -> parts.xattrs().get(view, node.ino().value(), inode, name));
    }

    @Override
    public void setXattr(NodeId node, XattrName name, byte[] value, XattrMode mode, Guard guard) {
        parts.requireStored(node, "set xattr");
        parts.attributes().setXattr(node, name, value, mode, guard);
        parts.done(node, What.ATTRIBUTES);
    }

    @Override
    public void removeXattr(NodeId node, XattrName name, Guard guard) {
        parts.requireStored(node, "remove xattr");
        parts.attributes().removeXattr(node, name, guard);
        parts.done(node, What.ATTRIBUTES);
    }

    @Override
    public List<XattrName> xattrs(NodeId node) {
        List<XattrName> names = parts.readXattr(
                node, (view, inode) -> parts.xattrs().list(view, node.ino().value(), inode));
        return names == null ? List.of() : names;
    }

    @Override
    public @Nullable PosixAcl accessAcl(NodeId node) {
        return parts.readXattr(
                node, (view, inode) -> parts.xattrs().acl(view, node.ino().value(), inode, Xattrs.AclKind.ACCESS));
    }

    @Override
    public @Nullable PosixAcl defaultAcl(NodeId node) {
        return parts.readXattr(
                node, (view, inode) -> parts.xattrs().acl(view, node.ino().value(), inode, Xattrs.AclKind.DEFAULT));
    }

    @Override
    public void setAccessAcl(NodeId node, @Nullable PosixAcl acl, boolean clearSetGid, Guard guard) {
        parts.requireStored(node, "set acl");
        parts.attributes().setAccessAcl(node, acl, clearSetGid, guard);
        parts.done(node, What.ATTRIBUTES);
    }

    @Override
    public void setDefaultAcl(NodeId node, @Nullable PosixAcl acl, Guard guard) {
        parts.requireStored(node, "set acl");
        parts.attributes().setDefaultAcl(node, acl, guard);
        parts.done(node, What.ATTRIBUTES);
    }

    @Override
    public OpenNode open(NodeId node) {
        return parts.handles().open(node);
    }

    @Override
    public long read(OpenNode file, long offsetBytes, MemorySegment into) {
        return parts.content().read(file.node(), offsetBytes, into);
    }

    @Override
    public @Nullable FileView view(OpenNode file, long offsetBytes, long lengthBytes) {
        return parts.views().of(file.node(), offsetBytes, lengthBytes);
    }

    @Override
    public WriteResult write(OpenNode file, long offsetBytes, MemorySegment from, WriteOptions options) {
        WriteResult result = parts.content().write(file.node(), offsetBytes, from, options);
        parts.done(file.node(), What.DATA);
        return result;
    }

    @Override
    public void allocate(OpenNode file, AllocateMode mode, long offsetBytes, long lengthBytes, boolean clearSetId) {
        parts.content().allocate(file.node(), mode, offsetBytes, lengthBytes, clearSetId);
        parts.done(file.node(), What.DATA);
    }

    @Override
    public long seekData(OpenNode file, long offsetBytes) {
        return parts.content().seek(file.node(), offsetBytes, true);
    }

    @Override
    public long seekHole(OpenNode file, long offsetBytes) {
        return parts.content().seek(file.node(), offsetBytes, false);
    }

    @Override
    public void cloneRange(
            OpenNode source,
            long sourceOffset,
            OpenNode target,
            long targetOffset,
            long lengthBytes,
            boolean clearSetId) {
        parts.content().cloneRange(source.node(), sourceOffset, target.node(), targetOffset, lengthBytes, clearSetId);
        parts.done(target.node(), What.DATA);
    }

    @Override
    public void sync(OpenNode file, boolean dataOnly) {
        parts.handles().sync(file);
    }

    @Override
    public void syncAll() {
        parts.core().requireOpen("sync");
        parts.core().writeback().flushAll();
        OrderedStore store = parts.core().store();
        store.durable(store.lastWritten());
    }

    @Override
    public VolumeSpace space(NodeId node) {
        return parts.control().space(node.subvolume());
    }

    @Override
    public void syncMetadata() {
        parts.core().requireOpen("sync");
        OrderedStore store = parts.core().store();
        store.durable(store.lastWritten());
    }

    @Override
    public byte[] handle(NodeId node) {
        if (!SnapshotsFolder.isVirtual(node)) {
            stat(node, 0);
        }
        return parts.handles().encode(node);
    }

    @Override
    public NodeId nodeOf(byte[] handle) {
        NodeId node = parts.handles().decode(handle);
        return stat(node, 0).node();
    }

    @Override
    public AutoCloseable observe(ChangeListener listener) {
        parts.core().listeners().add(listener);
        return () -> parts.core().listeners().remove(listener);
    }

    /** Holds the volume against its invariants, on disk and in memory, as it is at one moment; it may be in use. */
    public VolumeReport check() {
        return check(_ -> {});
    }

    /** As {@link #check()}, and tells how far it is. */
    public VolumeReport check(VolumeReport.Progress progress) {
        parts.core().writeback().flushAll();
        return VolumeCheck.run(parts.core().data(), parts.directories(), progress);
    }

    /** Reads every stored block of data and checks it against its checksum; the volume may be in use. */
    public DataReport scrub(DataReport.Progress progress) {
        return VolumeCheck.scrub(
                parts.core().store(), parts.core().data(), parts.core().subvolumes(), progress);
    }

    /**
     * Writes all metadata, of one moment, for {@link StoredVolume#restore}; the volume may be in use. What was written to
     * files before is named in it. Closes nothing.
     *
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    public BackupSummary backup(OutputStream out, VolumeReport.Progress progress) {
        return BackupWriter.run(parts.core(), out, progress);
    }

    /** How much memory it may take. */
    public MemoryBudget memory() {
        return new MemoryBudget(
                parts.core().cache().budgetBytes(), parts.core().store().memoryBytes());
    }

    /** As {@link dev.ring3.mm.cache.PageCache#attach}, for the cache of file data; nothing without a cache. */
    public void attach(@Nullable CachePolicy policy) {
        parts.core().cache().attach(policy);
    }

    /** What the cache of file data has counted, and how it stands; empty without one. */
    public Optional<CacheStatistics> cacheStatistics() {
        return parts.core().cache().statistics();
    }

    /** The type of an inode; for those who have only its number. */
    public FileType type(NodeId node) {
        return stat(node, 0).type();
    }

    /** Stops: waits for operations that run, makes everything durable, and gives store and device up. Twice is nothing. */
    @Override
    public void close() {
        parts.close();
    }
}
