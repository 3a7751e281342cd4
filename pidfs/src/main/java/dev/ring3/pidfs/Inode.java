package dev.ring3.pidfs;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.linux.Errno;

/**
 * An inode of the tree.
 *
 * @param number of the process or thread, the control group, the namespace; 1 where there is only one
 */
record Inode(Kind kind, long number) {
    static final Inode ROOT = new Inode(Kind.ROOT, 1);

    private static final int NUMBER_BITS = 56;
    private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;
    private static final Kind[] KINDS = Kind.values();

    Inode {
        if (number <= 0 || number > NUMBER_MASK) {
            // The kernel counts up from 1 at the start of the machine: that many processes there never were.
            throw new FsException(Errno.EOVERFLOW, "pidfs", "number " + Long.toUnsignedString(number));
        }
    }

    /** The one of its kind. */
    static Inode only(Kind kind) {
        return new Inode(kind, 1);
    }

    static Inode of(NodeId node) {
        int kind = (int) (node.ino().value() >>> NUMBER_BITS);
        if (kind >= KINDS.length || (node.ino().value() & NUMBER_MASK) == 0) {
            throw new FsException(Errno.ESTALE, "pidfs", node.toString());
        }
        return new Inode(KINDS[kind], node.ino().value() & NUMBER_MASK);
    }

    NodeId node() {
        return new NodeId(Vfs.FIRST_MOUNTED, new Ino((long) kind.ordinal() << NUMBER_BITS | number));
    }

    /** Another of the same process or thread. */
    Inode with(Kind other) {
        return new Inode(other, number);
    }
}
