package dev.ring3.fs.extent;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What one transaction does to reference counts: sums, so the order of transactions does not matter, and two that touch
 * one block at once need neither a lock over the store's write nor each other's result.
 *
 * <p>Stored as varints: blocks promised, blocks no longer promised, the number of runs that gain a reference, these
 * (start, blocks), the number of runs that lose one, these.
 *
 * @param added runs that gain a reference; a run may be there twice
 * @param removed runs that lose one
 */
record ReferenceChanges(long promised, long unpromised, List<BlockRun> added, List<BlockRun> removed) {
    boolean isEmpty() {
        return promised == 0 && unpromised == 0 && added.isEmpty() && removed.isEmpty();
    }

    /** The first block of those that lose a reference which has none by these counts, and gains none here; -1 for none. */
    long firstWithoutReference(BlockCounts counts) {
        for (BlockRun run : removed) {
            long first = counts.firstUnreferenced(run);
            for (long block = first < 0 ? run.end() : first; block < run.end(); block++) {
                if (counts.count(block) == 0 && !isAdded(block)) {
                    return block;
                }
            }
        }
        return -1;
    }

    private boolean isAdded(long block) {
        return added.stream().anyMatch(run -> run.start() <= block && block < run.end());
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Varint.put(out, promised);
        Varint.put(out, unpromised);
        for (List<BlockRun> runs : List.of(added, removed)) {
            Varint.put(out, runs.size());
            for (BlockRun run : runs) {
                Varint.put(out, run.start());
                Varint.put(out, run.blocks());
            }
        }
        return out.toByteArray();
    }

    /**
     * The changes of a record's value.
     *
     * @throws IllegalArgumentException if the value is none; the message says at which byte
     */
    static ReferenceChanges decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        try {
            ReferenceChanges changes = new ReferenceChanges(Varint.get(in), Varint.get(in), runs(in), runs(in));
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("byte " + in.position() + ": bytes after the record");
            }
            return changes;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("byte " + in.position() + ": the record ends within a field", e);
        }
    }

    private static List<BlockRun> runs(ByteBuffer in) {
        long count = Varint.get(in);
        List<BlockRun> runs = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long start = Varint.get(in);
            long blocks = Varint.get(in);
            if (blocks == 0 || blocks > Integer.MAX_VALUE || start > Long.MAX_VALUE - blocks) {
                throw new IllegalArgumentException("byte %d: a run of %d blocks".formatted(in.position(), blocks));
            }
            runs.add(new BlockRun(start, (int) blocks));
        }
        return runs;
    }

    /** The pieces of {@link BlockCounts} that these changes touch. */
    void forEachPiece(LongConsumer action) {
        for (List<BlockRun> runs : List.of(added, removed)) {
            for (BlockRun run : runs) {
                for (long piece = run.start() / BlockCounts.PIECE_BLOCKS;
                        piece <= (run.end() - 1) / BlockCounts.PIECE_BLOCKS;
                        piece++) {
                    action.accept(piece);
                }
            }
        }
    }
}
