package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads every stored block and checks it. Works while the volume is used: what looks damaged is looked at again if its
 * record is still there; if it is not, its blocks were somebody else's by the time they were read.
 */
final class Scrub {
    private final ExtentStore extents;
    private final OrderedStore store;
    private final Consumer<DamagedRange> damage;
    private final List<DataFinding> findings = new ArrayList<>();
    private long records;
    private long blocks;

    Scrub(ExtentStore extents, OrderedStore store, Consumer<DamagedRange> damage) {
        this.extents = extents;
        this.store = store;
        this.damage = damage;
    }

    DataReport run(RecordName.Parser names, byte[] from, byte[] to, DataReport.Progress progress) {
        try (Cursor cursor = store.scan(from, to);
                Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(Blocks.bytes(Extent.BLOCKS_MAX), Blocks.BYTES);
            while (cursor.next()) {
                byte[] key = cursor.key();
                byte[] value = cursor.value();
                RecordName name = names.parse(key);
                if (name != null && value.length > 0) {
                    records++;
                    check(name, key, value, scratch);
                    progress.at(records, blocks);
                }
            }
        }
        return new DataReport(records, blocks, List.copyOf(findings));
    }

    private void check(RecordName name, byte[] key, byte[] value, MemorySegment scratch) {
        Extent extent;
        try {
            extent = ExtentLayout.decode(value); // which checks inline data
        } catch (IllegalArgumentException e) {
            find(DataFinding.Kind.RECORD, "%s: %s".formatted(name, e.getMessage()));
            return;
        }
        long start = name.endBlock() - extent.blocks();
        switch (extent) {
            case Extent.Plain plain -> {
                List<Integer> wrong = damaged(plain.run(), plain.sums(), key, value, scratch);
                wrong.forEach(each -> damaged(name, start + each, plain.run().start() + each));
                plainRanges(name, start, plain.run().start(), wrong);
            }
            case Extent.Packed packed -> {
                List<Integer> wrong = damaged(packed.run(), packed.sums(), key, value, scratch);
                wrong.forEach(each -> damaged(name, start, packed.run().start() + each));
                if (!wrong.isEmpty()) {
                    damage.accept(new DamagedRange(
                            name, start, extent.blocks(), packed.run().start(), true));
                }
            }
            case Extent.Inline _, Extent.Promised _ -> {}
        }
    }

    /** What follows each other is one. */
    private void plainRanges(RecordName name, long fileBlock, long storedBlock, List<Integer> wrong) {
        for (int from = 0, to; from < wrong.size(); from = to) {
            to = from + 1;
            while (to < wrong.size() && wrong.get(to) == wrong.get(to - 1) + 1) {
                to++;
            }
            int first = wrong.get(from);
            damage.accept(new DamagedRange(name, fileBlock + first, to - from, storedBlock + first, false));
        }
    }

    private void damaged(RecordName name, long fileBlock, long storedBlock) {
        find(
                DataFinding.Kind.DAMAGED,
                "%s in %s at offset %d: block %d of the segments"
                        .formatted(name.ino(), name.snapshot(), Blocks.bytes(fileBlock), storedBlock));
    }

    /** Which blocks of a run are damaged, of which {@code value} is still the record. */
    private List<Integer> damaged(BlockRun run, int[] sums, byte[] key, byte[] value, MemorySegment scratch) {
        blocks += run.blocks();
        List<Integer> wrong = wrong(run, sums, scratch);
        // If the record is still there, the blocks were its own all the time: they are freed with it.
        return wrong.isEmpty() || !Arrays.equals(value, store.get(key)) ? List.of() : wrong;
    }

    private List<Integer> wrong(BlockRun run, int[] sums, MemorySegment scratch) {
        MemorySegment data = scratch.asSlice(0, run.bytes());
        try {
            extents.read(run, data);
        } catch (FsException _) {
            return oneByOne(run, sums, scratch);
        }
        List<Integer> wrong = new ArrayList<>();
        int[] found = Blocks.checksums(data);
        for (int i = 0; i < found.length; i++) {
            if (found[i] != sums[i]) {
                wrong.add(i);
            }
        }
        return wrong;
    }

    /** The host cannot read all of it: which blocks not? */
    private List<Integer> oneByOne(BlockRun run, int[] sums, MemorySegment scratch) {
        List<Integer> wrong = new ArrayList<>();
        MemorySegment block = scratch.asSlice(0, Blocks.BYTES);
        for (int i = 0; i < run.blocks(); i++) {
            try {
                extents.read(run.slice(i, 1), block);
                if (Blocks.firstWrong(block, sums, i) >= 0) {
                    wrong.add(i);
                }
            } catch (FsException _) {
                wrong.add(i);
            }
        }
        return wrong;
    }

    private void find(DataFinding.Kind kind, String where) {
        if (findings.size() < DataReport.FINDINGS_MAX) {
            findings.add(new DataFinding(kind, where));
        }
    }
}
