package dev.ring3.it.crash;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Ino;
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
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A directory with one file, {@link #FILE}, which is a disk of fixed size. Nothing else can be done in it. */
final class DiskTree implements FileTree {
    static final Name FILE = Name.of("disk");
    private static final NodeId ROOT = new NodeId(SubvolumeId.FIRST, new Ino(1));
    private static final NodeId DISK = new NodeId(SubvolumeId.FIRST, new Ino(2));
    private static final int BLOCK_BYTES = 4096;

    private final BlockLog log;

    DiskTree(BlockLog log) {
        this.log = log;
    }

    private record Held(NodeId node) implements OpenNode {
        @Override
        public void close() {}
    }

    private static FsException refused(String operation) {
        return new FsException(Errno.EOPNOTSUPP, operation, "a disk");
    }

    @Override
    public NodeId root() {
        return ROOT;
    }

    @Override
    public Stat stat(NodeId node, int mask) {
        boolean root = node.equals(ROOT);
        int mode = root ? FileType.DIRECTORY.modeBits() | 0755 : FileType.REGULAR.modeBits() | 0600;
        long size = root ? 0 : log.sizeBytes();
        Instant time = Instant.EPOCH;
        return new Stat(
                node, mask, mode, root ? 2 : 1, 0, 0, size, size, time, time, time, time, 1, 0, 0, 0, 0, 0, null);
    }

    @Override
    public @Nullable Stat find(NodeId directory, Name name, int mask) {
        return name.equals(FILE) ? stat(DISK, mask) : null;
    }

    @Override
    public NodeId parent(NodeId directory) {
        return ROOT;
    }

    @Override
    public void readDirectory(NodeId directory, long after, DirectorySink sink) {
        if (after == 0) {
            sink.entry(FILE, 3, DISK, FileType.REGULAR);
        }
    }

    @Override
    public OpenNode open(NodeId node) {
        return new Held(node);
    }

    @Override
    public long read(OpenNode file, long offsetBytes, MemorySegment into) {
        long length = Math.clamp(log.sizeBytes() - offsetBytes, 0, into.byteSize());
        log.read(offsetBytes, into.asSlice(0, length));
        return length;
    }

    @Override
    public WriteResult write(OpenNode file, long offsetBytes, MemorySegment from, WriteOptions options) {
        if (offsetBytes + from.byteSize() > log.sizeBytes()) {
            throw new FsException(Errno.EFBIG, "write", "a disk");
        }
        log.write(offsetBytes, from);
        return new WriteResult(offsetBytes, from.byteSize(), log.sizeBytes());
    }

    @Override
    public void sync(OpenNode file, boolean dataOnly) {
        log.flush();
    }

    @Override
    public void syncAll() {
        log.flush();
    }

    @Override
    public VolumeSpace space(NodeId node) {
        return new VolumeSpace(log.sizeBytes(), 0, 0, 2, 0, BLOCK_BYTES);
    }

    @Override
    public byte[] handle(NodeId node) {
        return ByteBuffer.allocate(Long.BYTES).putLong(node.ino().value()).array();
    }

    @Override
    public NodeId nodeOf(byte[] handle) {
        return new NodeId(SubvolumeId.FIRST, new Ino(ByteBuffer.wrap(handle).getLong()));
    }

    @Override
    public AutoCloseable observe(ChangeListener listener) {
        return () -> {};
    }

    @Override
    public void touchAccessTime(NodeId node) {}

    @Override
    public Stat setAttributes(NodeId node, AttrChange change, Guard guard) {
        return stat(node, 0); // times are of no use to a disk
    }

    @Override
    public byte @Nullable [] xattr(NodeId node, XattrName name) {
        return null;
    }

    @Override
    public List<XattrName> xattrs(NodeId node) {
        return List.of();
    }

    @Override
    public @Nullable PosixAcl accessAcl(NodeId node) {
        return null;
    }

    @Override
    public @Nullable PosixAcl defaultAcl(NodeId node) {
        return null;
    }

    @Override
    public long seekData(OpenNode file, long offsetBytes) {
        return offsetBytes;
    }

    @Override
    public long seekHole(OpenNode file, long offsetBytes) {
        return log.sizeBytes();
    }

    /** So that the loop device does not discard. */
    @Override
    public void allocate(OpenNode file, AllocateMode mode, long offsetBytes, long lengthBytes, boolean clearSetId) {
        throw refused("allocate");
    }

    @Override
    public Entered create(NodeId directory, Name name, NewNode node, Guard guard) {
        throw refused("create");
    }

    @Override
    public OpenNode createNameless(NodeId directory, NewNode node, Guard guard) {
        throw refused("create");
    }

    @Override
    public Entered link(NodeId node, NodeId directory, Name name, Guard guard) {
        throw refused("link");
    }

    @Override
    public Removed unlink(NodeId directory, Name name, Guard guard) {
        throw refused("unlink");
    }

    @Override
    public Removed rmdir(NodeId directory, Name name, Guard guard) {
        throw refused("rmdir");
    }

    @Override
    public Renamed rename(NodeId from, Name name, NodeId to, Name newName, RenameMode mode, RenameGuard guard) {
        throw refused("rename");
    }

    @Override
    public byte[] readlink(NodeId node) {
        throw refused("readlink");
    }

    @Override
    public void setXattr(NodeId node, XattrName name, byte[] value, XattrMode mode, Guard guard) {
        throw refused("set xattr");
    }

    @Override
    public void removeXattr(NodeId node, XattrName name, Guard guard) {
        throw refused("remove xattr");
    }

    @Override
    public void setAccessAcl(NodeId node, @Nullable PosixAcl acl, boolean clearSetGid, Guard guard) {
        throw refused("set acl");
    }

    @Override
    public void setDefaultAcl(NodeId node, @Nullable PosixAcl acl, Guard guard) {
        throw refused("set acl");
    }

    @Override
    public void cloneRange(
            OpenNode source,
            long sourceOffset,
            OpenNode target,
            long targetOffset,
            long lengthBytes,
            boolean clearSetId) {
        throw refused("clone");
    }
}
