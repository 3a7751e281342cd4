package dev.ring3.fs.volume;

import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a repair of one node has found out, and what it writes: keys of that node. */
final class RepairState {
    private static final int BATCH_BYTES = 1 << 20;
    private static final byte[] MARK = {1};

    /** An inode, the entries that lead to it, and what is in it. */
    static final class Tally {
        InodeRecord record;
        boolean made; // again: its record was lost
        final List<Found> names = new ArrayList<>();
        long entries;
        int directories;

        Tally(InodeRecord record) {
            this.record = record;
        }
    }

    record Found(long directory, long cookie, Dirent entry) {}

    final OrderedStore store;
    final View view;
    final Map<Long, Tally> inodes = new TreeMap<>();
    private Batch batch = new Batch();

    RepairState(OrderedStore store, View view) {
        this.store = store;
        this.view = view;
    }

    /** The batch, for other keys than items'. */
    Batch batch() {
        return batch;
    }

    void put(Item item, byte[] value) {
        batch.put(KeyLayout.version(item, view.node()), value).put(KeyLayout.changed(view.node(), item), MARK);
        flushIfFull();
    }

    /** Whatever older nodes have. */
    void remove(Item item) {
        Version beyond = view.findBeyond(item);
        if (beyond == null || beyond.isWhiteout()) {
            batch.delete(KeyLayout.version(item, view.node()));
            flushIfFull();
        } else {
            put(item, new byte[0]);
        }
    }

    private void flushIfFull() {
        if (batch.bytes() > BATCH_BYTES) {
            flush();
        }
    }

    /** From here on the view has it. */
    void flush() {
        if (batch.bytes() > 0) {
            store.write(batch);
            batch = new Batch();
        }
    }
}
