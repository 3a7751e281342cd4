package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The references to blocks as the store has them at one moment.
 *
 * @param promised how many blocks are, without the changes
 * @param pieces encoded counts by piece, without the changes
 * @param changes by sequence
 */
record ReferenceTable(long promised, NavigableMap<Long, byte[]> pieces, NavigableMap<Long, ReferenceChanges> changes) {
    /** Opens a cursor over a range of keys. */
    interface Scan {
        Cursor over(byte[] from, byte[] to);
    }

    /** Reads it with one cursor, so from one moment. */
    static ReferenceTable read(Scan scan) {
        long promised = 0;
        NavigableMap<Long, byte[]> pieces = new TreeMap<>();
        NavigableMap<Long, ReferenceChanges> changes = new TreeMap<>();
        try (Cursor cursor = scan.over(DataKeys.first('c'), DataKeys.end('r'))) {
            while (cursor.next()) {
                byte[] key = cursor.key();
                byte[] value = cursor.value();
                try {
                    switch (key[1]) {
                        case 'c' -> promised = ByteBuffer.wrap(value).getLong();
                        case 'p' -> pieces.put(DataKeys.number(key), value);
                        case 'r' -> changes.put(DataKeys.number(key), ReferenceChanges.decode(value));
                        default -> {} // another kind, between these
                    }
                } catch (RuntimeException e) {
                    throw new FsException(
                            Errno.EUCLEAN, "read references", "record " + (char) key[1] + ": " + e.getMessage(), e);
                }
            }
        }
        return new ReferenceTable(promised, pieces, changes);
    }

    /** The counts: the pieces with all changes. */
    BlockCounts counts() {
        BlockCounts counts = new BlockCounts();
        pieces.forEach((number, value) -> {
            try {
                counts.decode(number, value);
            } catch (IllegalArgumentException e) {
                throw new FsException(
                        Errno.EUCLEAN, "read references", "piece %d: %s".formatted(number, e.getMessage()), e);
            }
        });
        // All that is added first: the sums have no order, but no count goes below zero on the way.
        changes.values().forEach(change -> change.added().forEach(counts::add));
        for (ReferenceChanges change : changes.values()) {
            for (BlockRun run : change.removed()) {
                long wrong = counts.firstUnreferenced(run);
                if (wrong >= 0) {
                    throw new FsException(
                            Errno.EUCLEAN, "read references", "block " + wrong + " loses a reference that it has not");
                }
                counts.remove(run, _ -> {});
            }
        }
        return counts;
    }

    /** How many blocks are promised. */
    long promisedNow() {
        return promised
                + changes.values().stream()
                        .mapToLong(change -> change.promised() - change.unpromised())
                        .sum();
    }

    /** Adds to a batch: these pieces as counted, in place of these records of changes. */
    static void writeFold(
            Batch batch, BlockCounts counts, Collection<Long> pieces, Collection<Long> records, long promised) {
        for (long piece : pieces) {
            byte[] value = counts.encode(piece);
            if (value == null) {
                batch.delete(DataKeys.piece(piece));
            } else {
                batch.put(DataKeys.piece(piece), value);
            }
        }
        records.forEach(record -> batch.delete(DataKeys.references(record)));
        batch.put(
                DataKeys.PROMISED,
                ByteBuffer.allocate(Long.BYTES).putLong(promised).array());
    }
}
