package dev.ring3.fs.extent;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of one inode through one snapshot, kept as a volume keeps them: nearest ancestor wins, whiteouts hide. */
final class TestRecords implements ExtentRecords {
    private final OrderedStore store;
    private final Ino ino;
    private final List<SnapshotId> chain; // the snapshot, its parent, and so on
    private final NavigableMap<byte[], byte[]> changes = new TreeMap<>(Arrays::compareUnsigned); // empty: gone
    private final byte[] end;

    TestRecords(OrderedStore store, Ino ino, List<SnapshotId> chain) {
        this.store = store;
        this.ino = ino;
        this.chain = chain;
        this.end = TestKeys.afterInode(ino);
    }

    @Override
    public Ino ino() {
        return ino;
    }

    @Override
    public SnapshotId snapshot() {
        return chain.getFirst();
    }

    @Override
    public @Nullable Entry after(long block) {
        byte[] from = TestKeys.afterBlock(ino, block);
        try (Cursor cursor = store.scan(from, end)) {
            boolean stored = cursor.next();
            byte[] changed = changes.ceilingKey(from);
            while (stored || changed != null) {
                long storedEnd = stored ? endOf(cursor.key()) : Long.MAX_VALUE;
                long changedEnd = changed != null ? endOf(changed) : Long.MAX_VALUE;
                long at = Math.min(storedEnd, changedEnd);
                Entry own = null;
                Entry inherited = null;
                boolean hidden = false;
                if (changedEnd == at && changed != null) {
                    byte[] value = changes.get(changed);
                    own = value == null || value.length == 0 ? null : new Entry(at, value, true);
                    hidden = own == null;
                    changed = changes.higherKey(changed);
                }
                while (stored && endOf(cursor.key()) == at) {
                    RecordName name = TestKeys.parse(cursor.key());
                    boolean decided = own != null || inherited != null || hidden;
                    if (!decided && name != null && chain.contains(name.snapshot())) { // least id first: the nearest
                        byte[] value = cursor.value();
                        hidden = value.length == 0;
                        inherited = hidden
                                ? null
                                : new Entry(at, value, name.snapshot().equals(snapshot()));
                    }
                    stored = cursor.next();
                }
                Entry found = own != null ? own : inherited;
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
    }

    @Override
    public void put(long endBlock, byte[] value) {
        changes.put(TestKeys.extent(ino, endBlock, snapshot()), value.clone());
    }

    @Override
    public void remove(long endBlock) {
        changes.put(TestKeys.extent(ino, endBlock, snapshot()), new byte[0]);
    }

    /** Adds the changes to a batch; whiteouts only where there is an ancestor to hide. */
    void writeTo(Batch batch) {
        for (Map.Entry<byte[], byte[]> change : changes.entrySet()) {
            if (change.getValue().length > 0 || chain.size() > 1) {
                batch.put(change.getKey(), change.getValue());
            } else {
                batch.delete(change.getKey());
            }
        }
    }

    private static long endOf(byte[] key) {
        RecordName name = TestKeys.parse(key);
        return name == null ? Long.MAX_VALUE : name.endBlock();
    }
}
