package dev.ring3.fs.extent;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How many extent records name each block. Kept in pieces of {@value #PIECE_BLOCKS} blocks: a bitmap of the blocks in use,
 * and counts only in pieces where a block is shared. So a volume that shares nothing takes 1 bit for 4 KiB, whatever its
 * files look like. Not thread-safe.
 *
 * <p>Counts, and not back references: a record is found from its inode, which scrub and check walk anyway, and freed space
 * is used again where it lies, so nothing ever has to find the owner of a block in order to move it. Counts by block, and
 * not by extent (as XFS's refcount btree, unlike btrfs's extent items): an overwritten middle of a shared extent is free
 * at once, not with the last of its neighbours.
 */
final class BlockCounts {
    /** A piece is what one key of the store holds. */
    static final int PIECE_BLOCKS = 1024;

    private static final int WORDS = PIECE_BLOCKS / Long.SIZE;

    private static final class Piece {
        final long[] used = new long[WORDS];
        int @Nullable [] counts; // null while no block has more than one reference

        Piece copy() {
            Piece copy = new Piece();
            System.arraycopy(used, 0, copy.used, 0, WORDS);
            copy.counts = counts == null ? null : counts.clone();
            return copy;
        }
    }

    private final NavigableMap<Long, Piece> pieces = new TreeMap<>();
    private long used; // blocks with a reference

    /** The same counts, which go their own way. */
    BlockCounts copy() {
        BlockCounts copy = new BlockCounts();
        pieces.forEach((number, piece) -> copy.pieces.put(number, piece.copy()));
        copy.used = used;
        return copy;
    }

    /** The references to a block. */
    int count(long block) {
        Piece piece = pieces.get(block / PIECE_BLOCKS);
        return piece == null ? 0 : count(piece, (int) (block % PIECE_BLOCKS));
    }

    /** Adds a reference to each block of a run. */
    void add(BlockRun run) {
        for (long at = run.start(); at < run.end(); ) {
            Piece piece = pieces.computeIfAbsent(at / PIECE_BLOCKS, _ -> new Piece());
            for (long end = endInPiece(at, run); at < end; at++) {
                int index = (int) (at % PIECE_BLOCKS);
                set(piece, index, count(piece, index) + 1);
            }
        }
    }

    /**
     * Takes a reference from each block of a run.
     *
     * @param freed gets the runs of blocks that have none any more
     * @throws IllegalStateException if a block has none to take; see {@link #firstUnreferenced}
     */
    void remove(BlockRun run, Consumer<BlockRun> freed) {
        long freeFrom = run.start();
        for (long at = run.start(); at < run.end(); ) {
            Piece piece = pieces.get(at / PIECE_BLOCKS);
            for (long end = endInPiece(at, run); at < end; at++) {
                int index = (int) (at % PIECE_BLOCKS);
                int count = piece == null ? -1 : count(piece, index) - 1;
                if (count < 0 || piece == null) {
                    throw new IllegalStateException("block " + at + " has no reference to take");
                }
                set(piece, index, count);
                if (count > 0) {
                    emit(freeFrom, at, freed);
                    freeFrom = at + 1;
                }
            }
        }
        emit(freeFrom, run.end(), freed);
    }

    /** The first block of a run that has no reference, -1 if each has one. */
    long firstUnreferenced(BlockRun run) {
        for (long at = run.start(); at < run.end(); ) {
            Piece piece = pieces.get(at / PIECE_BLOCKS);
            for (long end = endInPiece(at, run); at < end; at++) {
                if (piece == null || !isUsed(piece, (int) (at % PIECE_BLOCKS))) {
                    return at;
                }
            }
        }
        return -1;
    }

    private static long endInPiece(long block, BlockRun run) {
        return Math.min(run.end(), (block / PIECE_BLOCKS + 1) * PIECE_BLOCKS);
    }

    /** All pieces that have a block in use, by their numbers, ascending. */
    void forEachPiece(LongConsumer action) {
        pieces.forEach((number, piece) -> {
            if (!isEmpty(piece)) {
                action.accept(number);
            }
        });
    }

    /** Hears of blocks whose counts differ. */
    interface Difference {
        void at(long block, int here, int there);
    }

    void differences(BlockCounts other, Difference difference) {
        TreeSet<Long> numbers = new TreeSet<>(pieces.keySet());
        numbers.addAll(other.pieces.keySet());
        for (long number : numbers) {
            if (Arrays.equals(encode(number), other.encode(number))) {
                continue;
            }
            for (long block = number * PIECE_BLOCKS; block < (number + 1) * PIECE_BLOCKS; block++) {
                if (count(block) != other.count(block)) {
                    difference.at(block, count(block), other.count(block));
                }
            }
        }
    }

    /** The blocks that have a reference, as runs within a piece, ascending. */
    List<BlockRun> usedRuns() {
        List<BlockRun> runs = new ArrayList<>();
        pieces.forEach((number, piece) -> {
            long base = number * PIECE_BLOCKS;
            for (int from = 0; from < PIECE_BLOCKS; ) {
                int to = from + 1;
                while (to < PIECE_BLOCKS && isUsed(piece, to) == isUsed(piece, from)) {
                    to++;
                }
                if (isUsed(piece, from)) {
                    runs.add(new BlockRun(base + from, to - from));
                }
                from = to;
            }
        });
        return runs;
    }

    private static boolean isUsed(Piece piece, int index) {
        return (piece.used[index / Long.SIZE] >>> index & 1) != 0;
    }

    /** How many blocks have a reference. */
    long used() {
        return used;
    }

    /** A piece as runs of equal counts, each two varints: length, count. Null if no block is in use. */
    byte @Nullable [] encode(long number) {
        Piece piece = pieces.get(number);
        if (piece == null || isEmpty(piece)) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int from = 0;
        for (int i = 1; i <= PIECE_BLOCKS; i++) {
            if (i == PIECE_BLOCKS || count(piece, i) != count(piece, from)) {
                Varint.put(out, i - from);
                Varint.put(out, count(piece, from));
                from = i;
            }
        }
        return out.toByteArray();
    }

    /**
     * Sets a piece to what {@link #encode} gave.
     *
     * @throws IllegalArgumentException if the value is not such a thing
     */
    void decode(long number, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        Piece piece = new Piece();
        int at = 0;
        try {
            while (at < PIECE_BLOCKS) {
                long length = Varint.get(in);
                long count = Varint.get(in);
                if (length <= 0 || length > PIECE_BLOCKS - at || count > Integer.MAX_VALUE) {
                    throw new IllegalArgumentException(
                            "byte %d: %d blocks with %d references".formatted(in.position(), length, count));
                }
                for (int end = at + (int) length; at < end; at++) {
                    set(piece, at, (int) count);
                }
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("byte " + in.position() + ": the piece ends early", e);
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("byte " + in.position() + ": bytes after the piece");
        }
        if (pieces.putIfAbsent(number, piece) != null) {
            throw new IllegalArgumentException("piece " + number + " is there already");
        }
    }

    private static void emit(long from, long to, Consumer<BlockRun> freed) {
        if (to > from) {
            freed.accept(new BlockRun(from, (int) (to - from)));
        }
    }

    private static boolean isEmpty(Piece piece) {
        return Arrays.stream(piece.used).allMatch(word -> word == 0);
    }

    private static int count(Piece piece, int index) {
        int[] counts = piece.counts;
        return counts != null ? counts[index] : isUsed(piece, index) ? 1 : 0;
    }

    private void set(Piece piece, int index, int count) {
        if (count > 1 && piece.counts == null) {
            int[] counts = new int[PIECE_BLOCKS];
            Arrays.setAll(counts, i -> count(piece, i));
            piece.counts = counts;
        }
        int[] counts = piece.counts;
        if (counts != null) {
            counts[index] = count;
        }
        if (isUsed(piece, index) != (count > 0)) {
            piece.used[index / Long.SIZE] ^= 1L << index;
            used += count > 0 ? 1 : -1;
        }
    }
}
