package dev.ring3.fs;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files, by inode. It knows what is true of the namespace and holds to it; it knows nothing of callers: who may
 * do what is asked through a {@link Guard} and decided above.
 *
 * <p>Every method fails with {@link FsException}: ESTALE for an inode that is gone, ENOTDIR where a directory is needed,
 * EROFS in what cannot be written, ENOSPC and EDQUOT before anything was changed, EIO for storage that failed. Only
 * what is particular is said below. Thread-safe; calls may block, so not for virtual threads.
 */
public interface FileTree {
    /** The largest size of a file: 8 EiB less a block of 4 KiB, so that the end of each block is a number. */
    long FILE_BYTES_MAX = Long.MAX_VALUE & -4096;

    /** An inode that got a name, and its directory's change. */
    record Entered(Stat node, ChangeInfo directory) {}

    /**
     * An inode that lost a name.
     *
     * @param node as it is afterwards; with no links left it may be gone when this is read
     */
    record Removed(Stat node, ChangeInfo directory) {}

    /**
     * A rename that was done; nothing was changed if both names were of the same inode.
     *
     * @param replaced what had the new name: with a link less, or exchanged
     */
    record Renamed(Stat node, @Nullable Stat replaced, ChangeInfo from, ChangeInfo to) {}

    /** Where everything begins. */
    NodeId root();

    /**
     * The state of an inode.
     *
     * @param mask {@link StatMask}: what is asked for
     */
    Stat stat(NodeId node, int mask);

    /** The inode of this name, or null if there is none. A subvolume's place shows the root of the subvolume. */
    @Nullable
    Stat find(NodeId directory, Name name, int mask);

    /**
     * The same, as a process sees it: where a name means something else to each, as {@code /proc/self} does.
     *
     * @param process a process or thread of this machine; 0 if it is not known
     */
    default @Nullable Stat findFor(int process, NodeId directory, Name name, int mask) {
        return find(directory, name, mask);
    }

    /** The directory above, for {@code ..}; the root's is itself. */
    NodeId parent(NodeId directory);

    /**
     * Makes an inode with a name.
     *
     * @throws FsException EEXIST; ENOENT if the directory was removed; EMLINK
     */
    Entered create(NodeId directory, Name name, NewNode node, Guard guard);

    /** Makes a regular file without a name ({@code O_TMPFILE}), held open; {@link #link} may give it one, once. */
    OpenNode createNameless(NodeId directory, NewNode node, Guard guard);

    /**
     * Gives an inode another name.
     *
     * @throws FsException EEXIST; EPERM for a directory; EXDEV into another subvolume; EMLINK; ENOENT if it has no name
     *     left (but one that was made without)
     */
    Entered link(NodeId node, NodeId directory, Name name, Guard guard);

    /**
     * Takes a name away from anything but a directory.
     *
     * @throws FsException ENOENT; EISDIR
     */
    Removed unlink(NodeId directory, Name name, Guard guard);

    /**
     * Removes an empty directory.
     *
     * @throws FsException ENOENT; ENOTDIR; ENOTEMPTY; EBUSY for a subvolume
     */
    Removed rmdir(NodeId directory, Name name, Guard guard);

    /**
     * Gives an inode another name in place of one.
     *
     * @throws FsException ENOENT; EEXIST with NO_REPLACE; EISDIR, ENOTDIR if only one of both is a directory; ENOTEMPTY;
     *     EINVAL if a directory would get below itself; EXDEV into another subvolume; EBUSY over a subvolume
     */
    Renamed rename(NodeId from, Name name, NodeId to, Name newName, RenameMode mode, RenameGuard guard);

    /** The target of a symbolic link; EINVAL if it is none. */
    byte[] readlink(NodeId node);

    /** Sets attributes. Gives the state afterwards, with the change attribute (a look). */
    Stat setAttributes(NodeId node, AttrChange change, Guard guard);

    /** Sets the access time, if this is later, and nothing else; not a change. Lost if the volume stops soon after. */
    void touchAccessTime(NodeId node);

    /**
     * Reads a directory; {@code .} and {@code ..} are not in it, and entries are in no order that means something. An
     * entry that is there all the while is seen once, whatever else comes and goes.
     *
     * @param after 0, or the cookie of the last entry seen, which may have gone meanwhile
     */
    void readDirectory(NodeId directory, long after, DirectorySink sink);

    /** The value of an extended attribute, or null. */
    byte @Nullable [] xattr(NodeId node, XattrName name);

    /**
     * Sets an extended attribute.
     *
     * @throws FsException EEXIST, ENODATA by mode; E2BIG for a value, ENOSPC for a list of names that is too long
     */
    void setXattr(NodeId node, XattrName name, byte[] value, XattrMode mode, Guard guard);

    /** Removes an extended attribute; ENODATA if it is not there. */
    void removeXattr(NodeId node, XattrName name, Guard guard);

    /** The names of all extended attributes. */
    List<XattrName> xattrs(NodeId node);

    /** The access ACL, or null where the permission bits say it all. */
    @Nullable
    PosixAcl accessAcl(NodeId node);

    /** The default ACL of a directory, or null; null for anything else. */
    @Nullable
    PosixAcl defaultAcl(NodeId node);

    /** Sets the access ACL, and with it the permission bits; null takes it away. EOPNOTSUPP for a symbolic link. */
    void setAccessAcl(NodeId node, @Nullable PosixAcl acl, boolean clearSetGid, Guard guard);

    /** Sets a directory's default ACL; null takes it away. EACCES for anything but a directory. */
    void setDefaultAcl(NodeId node, @Nullable PosixAcl acl, Guard guard);

    /** Holds an inode. */
    OpenNode open(NodeId node);

    /** Holds it for somebody who knows it by number and has not opened it: a tree may let it go all the same. */
    default OpenNode know(NodeId node) {
        return open(node);
    }

    /** Whether what it shows changes by itself, so that nobody may keep any of it. */
    default boolean isVolatile() {
        return false;
    }

    /** Reads data of a regular file; returns how many bytes, less than asked for at the end of the file alone. */
    long read(OpenNode file, long offsetBytes, MemorySegment into);

    /**
     * Data of a regular file where it lies, as {@link #read} would give it; null if it is better read.
     *
     * @param lengthBytes how much, less at the end of the file
     */
    default @Nullable FileView view(OpenNode file, long offsetBytes, long lengthBytes) {
        return null;
    }

    /** Writes data to a regular file: all of it, or what goes, at least a byte, where the next write says what hinders it; EFBIG. */
    WriteResult write(OpenNode file, long offsetBytes, MemorySegment from, WriteOptions options);

    /** Changes a range of a regular file. */
    void allocate(OpenNode file, AllocateMode mode, long offsetBytes, long lengthBytes, boolean clearSetId);

    /** The first offset not less than this one that holds data; ENXIO if there is none before the end. */
    long seekData(OpenNode file, long offsetBytes);

    /** The first offset not less than this one in a hole, the end of the file being one; ENXIO past the end. */
    long seekHole(OpenNode file, long offsetBytes);

    /**
     * Lets a range of a file share the data of another; offsets and length are multiples of a block, but a length that
     * ends at the source's end. What the target has in the rest of that block is zeros then, as CLONE of NFS has it (RFC
     * 7862, section 15.13.3).
     */
    void cloneRange(
            OpenNode source,
            long sourceOffset,
            OpenNode target,
            long targetOffset,
            long lengthBytes,
            boolean clearSetId);

    /** Makes an inode durable, and with it every change that came before its last one. */
    void sync(OpenNode file, boolean dataOnly);

    /** Makes everything durable. */
    void syncAll();

    /** Makes every operation on names and attributes so far durable; data only where it is already. */
    default void syncMetadata() {
        syncAll();
    }

    /** Space, as this inode's subvolume has it. */
    VolumeSpace space(NodeId node);

    /** A name for the inode that clients may keep over restarts, and cannot forge. */
    byte[] handle(NodeId node);

    /** The inode of a handle; ESTALE if it is gone or the handle was never given out. */
    NodeId nodeOf(byte[] handle);

    /** Tells this listener of changes from now on, until what is returned is closed. */
    AutoCloseable observe(ChangeListener listener);
}
