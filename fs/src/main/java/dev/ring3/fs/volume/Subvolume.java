package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A subvolume in memory. */
final class Subvolume {
    /** What it shows, replaced as a whole: by a snapshot of it, a rollback, a setting. */
    record Head(SubvolumeRecord record, TreeNode node, View view) {}

    private static final LockClass FREEZE = LockClass.named("freeze of a subvolume");
    private static final LockClass MOVING = LockClass.named("moving of directories");
    private static final LockClass RECORD = LockClass.named("record of a subvolume");

    final SubvolumeId id;

    /**
     * Held shared by whoever changes something below, exclusively by whoever replaces the head: so a snapshot has all of
     * a transaction or nothing. Taken before inodes' locks.
     */
    final ReentrantReadWriteLock freeze;

    /** Held while a directory moves to another one, so that the walk upwards meets no change. Taken after freeze. */
    final ReentrantLock moving = FsLocks.lock(MOVING);

    /** Held from reading the record to the batch that changes it. Taken after inodes' locks, before accounting. */
    final ReentrantLock recordLock;

    private long unstoredBytes; // under the node's accounting: what naming all that was written will add to its usage

    private volatile @Nullable ReceivedState received; // written under Subvolumes.lock; or by who receives
    private int users; // under Subvolumes.lock: who reads or receives it, and needs it to stay

    private volatile Head head; // written under recordLock; node and view under freeze, exclusively, too

    Subvolume(SubvolumeId id, Head head) {
        this.id = id;
        this.freeze = FsLocks.readWriteLock(FREEZE, id);
        this.recordLock = FsLocks.lockGuardedBy(Subvolumes.CLASS, RECORD);
        this.head = head;
    }

    Head head() {
        return head;
    }

    SubvolumeRecord record() {
        return head.record;
    }

    View view() {
        return head.view;
    }

    TreeNode node() {
        return head.node;
    }

    /**
     * Counts what data that is accepted now will add to the usage when it is named. With the freeze held.
     *
     * @throws FsException EDQUOT
     */
    void accept(long bytes) {
        if (bytes == 0) {
            return;
        }
        Head now = head;
        now.node.accounting.lock();
        try {
            long quota = now.record.quotaBytes();
            if (quota >= 0 && bytes > 0 && now.node.usage.referencedBytes() + unstoredBytes + bytes > quota) {
                throw new FsException(Errno.EDQUOT, "write", id.toString());
            }
            unstoredBytes += bytes;
        } finally {
            now.node.accounting.unlock();
        }
    }

    /** It is in the usage now, or will not come. */
    void stored(long bytes) {
        TreeNode node = head.node;
        node.accounting.lock();
        try {
            unstoredBytes -= bytes;
        } finally {
            node.accounting.unlock();
        }
    }

    /** What naming all that was written will add to the usage. */
    long unstoredBytes() {
        TreeNode node = head.node;
        node.accounting.lock();
        try {
            return unstoredBytes;
        } finally {
            node.accounting.unlock();
        }
    }

    /** What it has, with what was accepted and is not named yet; of one moment, while that is being named too. */
    NodeUsage usage() {
        while (true) {
            Head now = head;
            now.node.accounting.lock();
            try {
                if (now.equals(head)) {
                    return now.node.usage.plus(new NodeUsage(0, 0, unstoredBytes, 0));
                }
            } finally {
                now.node.accounting.unlock();
            }
        }
    }

    void replace(Head next) {
        head = next;
    }

    /** Waits for whoever is inside; for a volume that lets nobody in any more. */
    void awaitQuiet() {
        freeze.writeLock().lock();
        try {
            // nothing: that it could be had is all
        } finally {
            freeze.writeLock().unlock();
        }
    }

    /** Another record of the same node. */
    void replace(SubvolumeRecord record) {
        head = new Head(record, head.node, head.view);
    }

    /** Where its content came from, if it was received. */
    @Nullable
    ReceivedState received() {
        return received;
    }

    void setReceived(@Nullable ReceivedState state) {
        received = state;
    }

    /** Whether content is still coming; then it is neither to be written to by others, nor to be built on. */
    boolean isReceiving() {
        ReceivedState state = received;
        return state != null && !state.isComplete();
    }

    /** The identity of what it shows, the same wherever that was sent. */
    UUID contentUuid() {
        ReceivedState state = received;
        return state == null ? head.record.uuid() : state.snapshot();
    }

    /** Somebody needs it as it is. Under {@link Subvolumes#lock}, as the next two. */
    void use() {
        users++;
    }

    void unuse() {
        users--;
    }

    /** EBUSY if somebody needs it as it is. */
    void requireUnused(String operation) {
        if (users > 0) {
            throw new FsException(Errno.EBUSY, operation, id + ", which is being sent or received");
        }
    }

    /** EBUSY while content is still coming. */
    void requireWhole(String operation) {
        if (isReceiving()) {
            throw new FsException(Errno.EBUSY, operation, id + ", which was received in part");
        }
    }

    /** Whether nobody may write to it. */
    boolean isReadOnly() {
        return head.record.readOnly() || isReceiving();
    }

    void requireWritable(String operation) {
        if (isReadOnly()) {
            throw new FsException(Errno.EROFS, operation, id.toString());
        }
    }
}
