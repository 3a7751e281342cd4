package dev.ring3.fs.extent;

import dev.ring3.fs.store.Cursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds extent records, reference counts and free space against each other, both ways, at one moment of a volume that may
 * be in use. For one use.
 */
final class DataCheck {
    private final DataMoment moment;
    private final List<DataFinding> findings = new ArrayList<>();
    private final BlockCounts named = new BlockCounts(); // by records
    private final Map<Long, Long> lastEnds = new HashMap<>(); // by snapshot, of the inode at hand
    private long ino = -1;
    private long promised;
    private long records;
    private long blocks;

    DataCheck(DataMoment moment) {
        this.moment = moment;
    }

    DataReport run(RecordName.Parser names, byte[] from, DataReport.Progress progress) {
        ReferenceTable table;
        try (Cursor cursor = moment.store().scan(from, DataKeys.end('z'))) {
            table = ReferenceTable.read((_, _) -> new RecordsFirst(cursor, names, progress));
        }
        BlockCounts counted = table.counts();
        compare(counted);
        comparePromises(table.promisedNow());
        checkFreeSpace(counted);
        return new DataReport(records, blocks, List.copyOf(findings));
    }

    /** One cursor for both: what precedes the reference records is looked at on the way. */
    private final class RecordsFirst implements Cursor {
        private final Cursor cursor;
        private final RecordName.Parser names;
        private final DataReport.Progress progress;

        RecordsFirst(Cursor cursor, RecordName.Parser names, DataReport.Progress progress) {
            this.cursor = cursor;
            this.names = names;
            this.progress = progress;
        }

        @Override
        public boolean next() {
            while (cursor.next()) {
                byte[] key = cursor.key();
                RecordName name = names.parse(key);
                if (name == null) {
                    if (key[0] == 'F') {
                        return true;
                    }
                    continue;
                }
                see(name, cursor.value());
                progress.at(records, blocks);
            }
            return false;
        }

        @Override
        public boolean seek(byte[] key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] key() {
            return cursor.key();
        }

        @Override
        public byte[] value() {
            return cursor.value();
        }

        @Override
        public void close() {}
    }

    private void see(RecordName name, byte[] value) {
        if (value.length == 0) {
            return; // hides an ancestor's
        }
        records++;
        Extent extent;
        try {
            extent = ExtentLayout.decode(value);
        } catch (IllegalArgumentException e) {
            find(DataFinding.Kind.RECORD, "%s: %s".formatted(name, e.getMessage()));
            return;
        }
        checkOverlap(name, extent);
        switch (extent) {
            case Extent.Plain plain -> name(name, plain.run());
            case Extent.Packed packed -> name(name, packed.run());
            case Extent.Promised promise -> promised += promise.blocks();
            case Extent.Inline _ -> {}
        }
    }

    private void name(RecordName name, BlockRun run) {
        blocks += run.blocks();
        named.add(run);
        if (!moment.blocks.exists(run)) {
            find(DataFinding.Kind.MISSING, "%s: %s".formatted(name, run));
        }
    }

    /** Records come by inode, then by end; of one snapshot's own, none may begin before the last one ended. */
    private void checkOverlap(RecordName name, Extent extent) {
        if (ino != name.ino().value()) {
            ino = name.ino().value();
            lastEnds.clear();
        }
        long start = name.endBlock() - extent.blocks();
        Long last = lastEnds.put(name.snapshot().value(), name.endBlock());
        if (start < 0 || (last != null && start < last)) {
            find(DataFinding.Kind.OVERLAP, "%s: begins at block %d, after %d".formatted(name, start, last));
        }
    }

    private void compare(BlockCounts counted) {
        counted.differences(
                named,
                (block, has, needs) -> find(
                        has > needs ? DataFinding.Kind.LEAKED : DataFinding.Kind.UNCOUNTED,
                        "block %d: %d references, %d records".formatted(block, has, needs)));
    }

    private void comparePromises(long stored) {
        long inMemory = moment.references.promised();
        if (promised != stored || inMemory != stored) {
            find(
                    DataFinding.Kind.PROMISED,
                    "%d blocks, %d in memory; records say %d".formatted(stored, inMemory, promised));
        }
    }

    /** A block is busy for one reason: records name it, it was freed a moment ago, or somebody is writing it. */
    private void checkFreeSpace(BlockCounts counted) {
        BlockCounts waiting = moment.references.waiting();
        moment.references
                .counts()
                .differences(
                        counted,
                        (block, has, needs) -> find(
                                DataFinding.Kind.FREE_SPACE,
                                "block %d: %d references in memory, not %d".formatted(block, has, needs)));
        moment.blocks.forEachBlock((block, busy) -> {
            int count = counted.count(block);
            int owners = Math.min(1, count) + waiting.count(block) + moment.unnamed.count(block);
            if (owners != (busy ? 1 : 0)) {
                find(
                        DataFinding.Kind.FREE_SPACE,
                        "block %d: %s, with %d references, freed %d times, being written %d times"
                                .formatted(
                                        block,
                                        busy ? "busy" : "free",
                                        count,
                                        waiting.count(block),
                                        moment.unnamed.count(block)));
            }
        });
    }

    private void find(DataFinding.Kind kind, String where) {
        if (findings.size() < DataReport.FINDINGS_MAX) {
            findings.add(new DataFinding(kind, where));
        }
    }

    /** Checks what one snapshot shows of one inode: extents in order, none over another. */
    static List<DataFinding> view(ExtentRecords records) {
        List<DataFinding> findings = new ArrayList<>();
        long at = 0;
        for (Mapped next = Mapped.after(records, 0); next != null; next = Mapped.after(records, next.end())) {
            if (next.start() < at) {
                String where = "%s in %s: extent at block %d begins before block %d"
                        .formatted(records.ino(), records.snapshot(), next.start(), at);
                findings.add(new DataFinding(DataFinding.Kind.OVERLAP, where));
            }
            at = next.end();
        }
        return findings;
    }
}
