package dev.ring3.fs.extent;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.ToLongBiFunction;

/** The least that a volume has to be for this package: records with snapshots, a size for each file, one batch an operation. */
final class TestVolume implements AutoCloseable {
    static final List<SnapshotId> FIRST = List.of(SnapshotId.FIRST);

    final OrderedStore store;
    final FileData data;

    TestVolume(OrderedStore store, BlockDevice device, DataOptions options) {
        this.store = store;
        this.data = FileData.open(store, device, options);
    }

    TestRecords records(Ino ino, List<SnapshotId> chain) {
        return new TestRecords(store, ino, chain);
    }

    /** Size and allocated blocks. */
    record Inode(long size, long blocks) {}

    /** What the nearest ancestor says; nothing was ever there: empty. */
    Inode inode(Ino ino, List<SnapshotId> chain) {
        for (SnapshotId snapshot : chain) {
            byte[] value = store.get(TestKeys.inode(ino, snapshot));
            if (value != null) {
                ByteBuffer in = ByteBuffer.wrap(value);
                return new Inode(in.getLong(), in.getLong());
            }
        }
        return new Inode(0, 0);
    }

    byte[] read(Ino ino, List<SnapshotId> chain) {
        byte[] bytes = new byte[(int) inode(ino, chain).size()];
        data.read(records(ino, chain), 0, MemorySegment.ofArray(bytes));
        return bytes;
    }

    /** One operation in one batch; it returns the change of allocated blocks. */
    TransactionId change(
            Ino ino, List<SnapshotId> chain, long size, ToLongBiFunction<DataTransaction, TestRecords> operation) {
        DataTransaction transaction = data.begin();
        boolean done = false;
        try {
            TestRecords records = records(ino, chain);
            long grown = operation.applyAsLong(transaction, records);
            Batch batch = new Batch();
            records.writeTo(batch);
            byte[] inode = ByteBuffer.allocate(16)
                    .putLong(size)
                    .putLong(inode(ino, chain).blocks() + grown)
                    .array();
            batch.put(TestKeys.inode(ino, chain.getFirst()), inode);
            transaction.writeTo(batch);
            TransactionId id = store.write(batch);
            transaction.committed(id);
            done = true;
            return id;
        } finally {
            if (!done) {
                transaction.failed();
            }
        }
    }

    TransactionId write(Ino ino, List<SnapshotId> chain, long offset, byte[] bytes, WriteBack how) {
        TestRecords before = records(ino, chain);
        long size = Math.max(inode(ino, chain).size(), offset + bytes.length);
        DirtyRange range = data.merged(before, offset, MemorySegment.ofArray(bytes));
        try (SpaceReservation room = data.reserve(before, offset, bytes.length)) {
            return write(ino, chain, size, List.of(range), room, how);
        }
    }

    TransactionId write(
            Ino ino, List<SnapshotId> chain, long size, List<DirtyRange> ranges, SpaceReservation room, WriteBack how) {
        PreparedWrite prepared = data.stage(ranges, room, how);
        return change(ino, chain, size, (transaction, records) -> data.apply(transaction, records, prepared));
    }

    DataReport check() {
        try (DataMoment moment = data.audit().moment()) {
            return DataAudit.check(moment, TestKeys::parse, TestKeys.FIRST, (_, _) -> {});
        }
    }

    DataReport scrub() {
        return data.audit().scrub(TestKeys::parse, TestKeys.FIRST, TestKeys.END, (_, _) -> {}, _ -> {});
    }

    @Override
    public void close() {
        data.close();
        store.close();
    }
}
