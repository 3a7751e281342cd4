package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A node of the snapshot tree, in memory. */
final class TreeNode {
    private static final byte VERSION = 1;
    private static final int BYTES = 5;

    private static final LockClass ACCOUNTING = LockClass.named("accounting of a snapshot node");

    final long id;

    /** Held from reading {@link #usage} to the batch that writes it: taken after every other lock but the mount state's. */
    final ReentrantLock accounting;

    NodeUsage usage; // under accounting

    @Nullable
    TreeNode parent; // under the tree's lock

    final Set<TreeNode> children = new HashSet<>(); // under the tree's lock

    TreeNode(long id, @Nullable TreeNode parent, NodeUsage usage) {
        this.id = id;
        this.accounting = FsLocks.lock(ACCOUNTING, -id); // numbers descend, and parents come first
        this.parent = parent;
        this.usage = usage;
    }

    NodeUsage usage() {
        accounting.lock();
        try {
            return usage;
        } finally {
            accounting.unlock();
        }
    }

    /** The value of a node's key: version u8, parent u32 or 0, big-endian. */
    static byte[] encode(long parent) {
        return ByteBuffer.allocate(BYTES).put(VERSION).putInt((int) parent).array();
    }

    /** The parent's number in the value of a node's key; 0 for none. */
    static long decodeParent(byte[] value) {
        if (value.length != BYTES || value[0] != VERSION) {
            throw new FsException(Errno.EUCLEAN, "read snapshot node", "a record of " + value.length + " bytes");
        }
        return Integer.toUnsignedLong(ByteBuffer.wrap(value).getInt(1));
    }
}
