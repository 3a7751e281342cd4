package dev.ring3.fs.volume;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.extent.DataTransaction;
import dev.ring3.fs.extent.SmallData;
import dev.ring3.fs.store.Batch;
import org.jspecify.annotations.Nullable;

/**
 * Moves data that small syncs have left in records to segments, so that the metadata store is not where data lives. A step
 * is a transaction that no reader notices: the bytes stay what they are, and nothing becomes free. It holds {@link
 * Subvolumes#lock}, so that the node stays what it is, written to or not.
 */
final class SmallDataWork {
    private static final long STEP_BYTES = 1 << 20;

    /** A file that is synced again and again has always more; the rest is for the next time. */
    private static final int STEPS_MAX = 128;

    private final VolumeCore core;

    SmallDataWork(VolumeCore core) {
        this.core = core;
    }

    /** Moves what there is, but not too much of a file, or until the volume stops. */
    void run() {
        for (SmallData each : core.data().small()) {
            boolean more = true;
            for (int steps = 0; more && steps < STEPS_MAX && !core.isStopped(); steps++) {
                more = step(each);
            }
        }
    }

    /** One transaction; false if it took the inode off the list. */
    private boolean step(SmallData each) {
        core.subvolumes().lock.lock();
        try {
            TreeNode node = core.tree().find(each.snapshot().value());
            Subvolume writer = node == null ? null : core.subvolumes().writerOf(node);
            return writer == null ? stepFrozen(each, node) : stepWritten(each, writer);
        } finally {
            core.subvolumes().lock.unlock();
        }
    }

    private boolean stepWritten(SmallData each, Subvolume writer) {
        NodeId id = new NodeId(writer.id, each.ino());
        writer.freeze.readLock().lock();
        try (LockSet locks = new LockSet(core.inodes(), id)) {
            LiveInode.State state = core.load(locks.get(id));
            if (state.gone) {
                return stepFrozen(each, writer.node()); // there are no records any more
            }
            try (Transaction change = new Transaction(core, writer)) {
                ExtentItems records = new ExtentItems(change.view(), each.ino().value(), state.record);
                CompressionMode compression = writer.record().compression();
                boolean more = core.data().moveSmall(change.data(), records, compression, STEP_BYTES, true);
                records.flush(change);
                change.commit();
                return more;
            }
        } finally {
            writer.freeze.readLock().unlock();
        }
    }

    /** Of a node that is not written to: each record stays where it is. Of one that is gone there are none. */
    private boolean stepFrozen(SmallData each, @Nullable TreeNode node) {
        long[] lineage = node == null
                ? new long[] {each.snapshot().value()}
                : core.tree().lineage(node);
        ExtentItems records = ExtentItems.forReading(
                new View(core.store(), lineage), each.ino().value());
        DataTransaction data = core.data().begin();
        boolean done = false;
        try {
            boolean more = core.data().moveSmall(data, records, CompressionMode.NONE, STEP_BYTES, false);
            Batch batch = new Batch();
            records.replace(batch);
            data.writeTo(batch);
            var transaction = core.write(batch);
            done = true;
            data.committed(transaction);
            return more;
        } finally {
            if (!done) {
                data.failed();
            }
        }
    }
}
