package dev.ring3.fs.extent;

import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.FrozenStore;
import dev.ring3.fs.store.OrderedStore;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Check, repair and scrub of a volume's data. The volume says how its keys are read. */
public final class DataAudit {
    private final FileData data;
    private final OrderedStore store;

    DataAudit(FileData data, OrderedStore store) {
        this.data = data;
        this.store = store;
    }

    /** The store, and what is in memory, as they are now. Transactions wait until it is made; not for what it is for. */
    public DataMoment moment() {
        return data.unnamed().still(() -> new DataMoment(new FrozenStore(store), data));
    }

    /**
     * Checks extent records, reference counts and free space against each other, at one moment.
     *
     * @param names reads the volume's keys
     * @param from the first key of an extent record; those lie before this package's own
     */
    public static DataReport check(
            DataMoment moment, RecordName.Parser names, byte[] from, DataReport.Progress progress) {
        return new DataCheck(moment).run(names, from, progress);
    }

    /** Checks what one snapshot shows of one inode: no block is covered twice. */
    public static List<DataFinding> checkView(ExtentRecords records) {
        return DataCheck.view(records);
    }

    /**
     * Counts all references anew, from the records. For a volume that nobody has open, whose {@link FileData#open} may
     * refuse it; a record that cannot be read counts for nothing.
     *
     * @param from the first key of an extent record
     */
    public static void repair(OrderedStore store, RecordName.Parser names, byte[] from) {
        BlockCounts named = new BlockCounts();
        long promised = 0;
        try (Cursor cursor = store.scan(from, DataKeys.first('c'))) {
            while (cursor.next()) {
                byte[] value = cursor.value();
                if (names.parse(cursor.key()) != null && value.length > 0) {
                    promised += count(value, named);
                }
            }
        }
        Batch batch = new Batch().deleteRange(DataKeys.first('p'), DataKeys.end('r'));
        TreeSet<Long> pieces = new TreeSet<>();
        named.forEachPiece(pieces::add);
        ReferenceTable.writeFold(batch, named, pieces, List.of(), promised);
        store.durable(store.write(batch));
    }

    /** Counts what a record names; returns how many blocks it promises. */
    private static long count(byte[] value, BlockCounts named) {
        try {
            switch (ExtentLayout.decode(value)) {
                case Extent.Plain plain -> named.add(plain.run());
                case Extent.Packed packed -> named.add(packed.run());
                case Extent.Promised promise -> {
                    return promise.blocks();
                }
                case Extent.Inline _ -> {}
            }
        } catch (IllegalArgumentException _) {
            // The check names it; there is nothing that could be counted.
        }
        return 0;
    }

    /**
     * Reads and checks every stored block that records between two keys name, on a live volume.
     *
     * @param damage hears of what is damaged, all of it, in the order of the records
     */
    public DataReport scrub(
            RecordName.Parser names,
            byte[] from,
            byte[] to,
            DataReport.Progress progress,
            Consumer<DamagedRange> damage) {
        return new Scrub(data.extents(), store, damage).run(names, from, to, progress);
    }
}
