package dev.ring3.fs.transfer;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Name;
import java.time.Instant;

/**
 * A statement of a stream. Each says what is to be, not how it was before, so that to hear one twice does no harm. The
 * frames between an {@link Inode} and its {@link Finish} are about that inode.
 */
public sealed interface TransferFrame {
    /** The longest piece of data in one frame. */
    int DATA_BYTES_MAX = 256 << 10;

    /** A name goes. */
    record Unlink(long directory, Name name, long target) implements TransferFrame {}

    /** A name comes. */
    record Entry(long directory, Name name, FileType type, long target) implements TransferFrame {}

    /** An inode, which has no name any more, goes. */
    record Remove(long ino) implements TransferFrame {}

    /**
     * An inode comes, or changes.
     *
     * @param mode its type and permissions
     * @param sizeBytes of a regular file, else 0
     * @param xattrs whether its extended attributes and ACLs are those that follow, and no others; else they stay
     * @param target of a symbolic link, else empty
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through; nobody compares frames
    record Inode(
            long ino,
            int mode,
            int uid,
            int gid,
            int deviceMajor,
            int deviceMinor,
            long sizeBytes,
            Instant birthTime,
            boolean xattrs,
            byte[] target)
            implements TransferFrame {}

    /**
     * An extended attribute or an ACL.
     *
     * @param space the number of its namespace, in the order of {@code XattrName.Namespace}; 255 for an ACL
     * @param name without the prefix; of an ACL {@code access} or {@code default}
     * @param value of an ACL: the format of {@code posix_acl_xattr.h}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Xattr(int space, byte[] name, byte[] value) implements TransferFrame {
        /** The space of ACLs. */
        public static final int ACL = 255;
    }

    /** Data at an offset. */
    @SuppressWarnings("ArrayRecordComponent")
    record Data(long offsetBytes, byte[] bytes) implements TransferFrame {}

    /** A hole. */
    record Hole(long offsetBytes, long lengthBytes) implements TransferFrame {}

    /** Space that is promised and reads as zeros. */
    record Promised(long offsetBytes, long lengthBytes) implements TransferFrame {}

    /** The same blocks as those of a range that was said before, of this inode or another. */
    record Shared(long offsetBytes, long lengthBytes, long sourceIno, long sourceOffsetBytes)
            implements TransferFrame {}

    /** An inode is wholly said; these are set last, because what came before moves them. */
    record Finish(long ino, int flags, Instant accessTime, Instant modifyTime, Instant changeTime)
            implements TransferFrame {}

    /** Everything is said. */
    record End(long frames) implements TransferFrame {}
}
