package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.PosixAcl;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of an inode. Mutable while a transaction prepares it; once it is published in a {@link LiveInode} or
 * encoded, nobody changes it: {@link #copy} first.
 */
final class InodeRecord {
    static final int HAS_XATTRS = 0x1000_0000;
    static final int HAS_ACL = 0x2000_0000;
    static final int HAS_DEFAULT_ACL = 0x4000_0000;

    /** Made without a name, and may be given one. */
    static final int NAMELESS = 0x0800_0000;

    /** A directory in which holes were left. */
    static final int HAS_HOLES = 0x0400_0000;

    int mode;
    int uid;
    int gid;
    int links;
    int flags; // StatFlags.SETTABLE, and those above
    int deviceMajor;
    int deviceMinor;
    long bornIn; // the node of the snapshot tree in which it was made
    long sizeBytes; // as the records have it; size() is what the file shows
    long allocatedBytes; // likewise
    long change;
    long parent; // inode of the directory of link 0; 0 if that name is gone
    long parentCookie;
    long nextLink = 1;
    long entries; // of a directory
    long xattrBytes; // what the names take in a list
    Instant accessTime;
    Instant modifyTime;
    Instant changeTime;
    Instant birthTime;
    byte[] target = {}; // of a symbolic link

    /** What {@link #HAS_ACL} stands for; not part of the record, but read and changed with it. */
    @Nullable
    PosixAcl accessAcl;

    private long unstoredSizeBytes =
            -1; // what it shows, where data in memory alone makes it longer; not part of the record

    long unstoredBytes; // what this data will add to what is allocated; not part of the record

    long storedIn; // the node in which this version is stored, 0 for none; not part of the record

    InodeRecord(int mode, Instant now) {
        this.mode = mode;
        accessTime = now;
        modifyTime = now;
        changeTime = now;
        birthTime = now;
    }

    InodeRecord copy() {
        InodeRecord copy = new InodeRecord(mode, accessTime);
        copy.uid = uid;
        copy.gid = gid;
        copy.links = links;
        copy.flags = flags;
        copy.deviceMajor = deviceMajor;
        copy.deviceMinor = deviceMinor;
        copy.bornIn = bornIn;
        copy.sizeBytes = sizeBytes;
        copy.allocatedBytes = allocatedBytes;
        copy.change = change;
        copy.parent = parent;
        copy.parentCookie = parentCookie;
        copy.nextLink = nextLink;
        copy.entries = entries;
        copy.xattrBytes = xattrBytes;
        copy.modifyTime = modifyTime;
        copy.changeTime = changeTime;
        copy.birthTime = birthTime;
        copy.target = target;
        copy.accessAcl = accessAcl;
        copy.unstoredSizeBytes = unstoredSizeBytes;
        copy.unstoredBytes = unstoredBytes;
        copy.storedIn = storedIn;
        return copy;
    }

    /** The size that the file shows: with what was written and is in memory alone. */
    long size() {
        return unstoredSizeBytes < 0 ? sizeBytes : unstoredSizeBytes;
    }

    /** The same of what is allocated. */
    long allocated() {
        return allocatedBytes + unstoredBytes;
    }

    /** Data in memory reaches up to here, and adds so much to what is allocated. */
    void growUnstored(long endBytes, long addedBytes) {
        if (endBytes > size()) {
            unstoredSizeBytes = endBytes;
        }
        unstoredBytes += addedBytes;
    }

    /** All data is named by the transaction that stores this record; what it allocates is counted by the caller. */
    void named() {
        sizeBytes = size();
        forgetUnstored();
    }

    /** What is in memory alone goes. */
    void forgetUnstored() {
        unstoredSizeBytes = -1;
        unstoredBytes = 0;
    }

    FileType type() {
        return FileType.ofMode(mode);
    }

    boolean is(FileType type) {
        return (mode & FileType.MODE_MASK) == type.modeBits();
    }

    boolean isDirectory() {
        return is(FileType.DIRECTORY);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    void setFlag(int flag, boolean on) {
        flags = on ? flags | flag : flags & ~flag;
    }
}
