package dev.ring3.nio;

import dev.ring3.fs.FileType;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** The attributes of a file, as of one moment. */
record NodeAttributes(Session session, Stat stat) implements Ring3FileAttributes {
    /** What says of two paths that they lead to one file. */
    record FileKey(NodeId node) {}

    @Override
    public FileTime lastModifiedTime() {
        return FileTime.from(stat.modifyTime());
    }

    @Override
    public FileTime lastAccessTime() {
        return FileTime.from(stat.accessTime());
    }

    @Override
    public FileTime creationTime() {
        return FileTime.from(stat.birthTime());
    }

    @Override
    public FileTime changeTime() {
        return FileTime.from(stat.changeTime());
    }

    @Override
    public boolean isRegularFile() {
        return stat.type() == FileType.REGULAR;
    }

    @Override
    public boolean isDirectory() {
        return stat.isDirectory();
    }

    @Override
    public boolean isSymbolicLink() {
        return stat.type() == FileType.SYMLINK;
    }

    @Override
    public boolean isOther() {
        return !isRegularFile() && !isDirectory() && !isSymbolicLink();
    }

    @Override
    public long size() {
        return stat.sizeBytes();
    }

    @Override
    public FileKey fileKey() {
        return new FileKey(stat.node());
    }

    @Override
    public UserPrincipal owner() {
        return Principals.user(stat.uid());
    }

    @Override
    public GroupPrincipal group() {
        return Principals.group(stat.gid());
    }

    @Override
    public Set<PosixFilePermission> permissions() {
        return Modes.permissions(stat.permissions());
    }

    @Override
    public long subvolume() {
        return stat.node().subvolume().value();
    }

    @Override
    public long ino() {
        return stat.node().ino().value();
    }

    @Override
    public long change() {
        return stat.change();
    }

    @Override
    public int links() {
        return stat.links();
    }

    @Override
    public long allocatedBytes() {
        return stat.allocatedBytes();
    }

    @Override
    public boolean isSubvolumeRoot() {
        return stat.has(StatFlags.SUBVOLUME_ROOT);
    }

    @Override
    public boolean isReadOnly() {
        return stat.has(StatFlags.READ_ONLY);
    }

    @Override
    public boolean isImmutable() {
        return stat.has(StatFlags.IMMUTABLE);
    }

    @Override
    public boolean isAppendOnly() {
        return stat.has(StatFlags.APPEND_ONLY);
    }

    @Override
    public byte[] handle() {
        return session.vfs().attributes().handle(stat.node());
    }
}
