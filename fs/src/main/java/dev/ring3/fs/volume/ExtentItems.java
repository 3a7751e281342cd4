package dev.ring3.fs.volume;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.extent.ExtentRecords;
import dev.ring3.fs.store.Batch;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The extent records of one inode for {@code dev.ring3.fs.extent}: what a view sees, and over it what this change has put
 * and removed. Nothing reaches the transaction before {@link #flush}, so that each key is written once.
 */
final class ExtentItems implements ExtentRecords {
    private static final byte[] REMOVED = {};

    private final View view;
    private final long ino;
    private final @Nullable InodeRecord inode; // null for reading alone
    private final NavigableMap<Long, byte[]> changed = new TreeMap<>(Long::compareUnsigned);

    ExtentItems(View view, long ino, InodeRecord inode) {
        this(inode, view, ino);
    }

    private ExtentItems(@Nullable InodeRecord inode, View view, long ino) {
        this.view = view;
        this.ino = ino;
        this.inode = inode;
    }

    /** Of an inode whose record is not at hand. */
    static ExtentItems forReading(View view, long ino) {
        return new ExtentItems(null, view, ino);
    }

    @Override
    public Ino ino() {
        return new Ino(ino);
    }

    @Override
    public SnapshotId snapshot() {
        return new SnapshotId(view.node());
    }

    @Override
    public @Nullable Entry after(long block) {
        Entry stored = storedAfter(block);
        for (Map.Entry<Long, byte[]> mine : changed.tailMap(block, false).entrySet()) {
            if (stored != null && Long.compareUnsigned(stored.endBlock(), mine.getKey()) < 0) {
                return stored;
            }
            if (mine.getValue().length > 0) {
                return new Entry(mine.getKey(), mine.getValue(), true);
            }
        }
        return stored;
    }

    /** The first that is stored and was not changed since. */
    private @Nullable Entry storedAfter(long block) {
        try (ViewScan scan = new ViewScan(view, Kind.EXTENT, ino, block + 1)) {
            while (scan.next()) {
                long end = scan.item().position();
                if (!changed.containsKey(end)) {
                    Version version = scan.version();
                    return new Entry(end, version.value(), version.node() == view.node());
                }
            }
            return null;
        }
    }

    @Override
    public void put(long endBlock, byte[] value) {
        changed.put(endBlock, value.clone());
    }

    @Override
    public void remove(long endBlock) {
        changed.put(endBlock, REMOVED);
    }

    /** Hands everything to a batch, for a node that is not written to any more: each record in place of what it was. */
    void replace(Batch batch) {
        changed.forEach((end, value) -> {
            if (value.length == 0 || view.findOwn(new Item(Kind.EXTENT, ino, end)) == null) {
                throw new IllegalStateException("ino %d: a record of a frozen node comes or goes".formatted(ino));
            }
            batch.put(KeyLayout.version(new Item(Kind.EXTENT, ino, end), view.node()), value);
        });
        changed.clear();
    }

    /** Hands everything to the transaction. */
    void flush(Transaction change) {
        InodeRecord owner = Objects.requireNonNull(inode, "records for reading");
        changed.forEach((end, value) -> {
            Item item = new Item(Kind.EXTENT, ino, end);
            Version prior = owner.bornIn == view.node() ? view.findOwn(item) : view.find(item);
            if (value.length > 0) {
                change.put(item, value, prior, owner);
            } else if (prior != null && !prior.isWhiteout()) {
                change.remove(item, prior, owner);
            }
        });
        changed.clear();
    }
}
