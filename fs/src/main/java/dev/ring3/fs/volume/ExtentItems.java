package dev.ring3.fs.volume;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.extent.ExtentRecords;
import dev.ring3.fs.store.Batch;
import java.util.ArrayList;
import java.util.List;
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
    private Ahead ahead = Ahead.NOTHING;

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
        if (!ahead.covers(block)) {
            readAhead(block, ahead.wanted(block));
        }
        while (true) {
            for (Entry entry : ahead.after(block)) {
                if (!changed.containsKey(entry.endBlock())) {
                    return entry;
                }
            }
            if (ahead.isLast()) {
                return null;
            }
            readAhead(ahead.to(), ahead.wanted(ahead.to()));
        }
    }

    /** In one scan, because one costs far more than a step of it: of who asks for one after the other, ever more. */
    private void readAhead(long block, int wanted) {
        Entry exact = wanted == 1 ? ownOfOneBlock(block) : null;
        if (exact != null) {
            ahead = new Ahead(block, List.of(exact), false);
            return;
        }
        List<Entry> entries = new ArrayList<>();
        try (ViewScan scan = new ViewScan(view, Kind.EXTENT, ino, block + 1)) {
            boolean more = true;
            while (entries.size() < wanted && more) {
                more = scan.next();
                if (more) {
                    Version version = scan.version();
                    entries.add(new Entry(scan.item().position(), version.value(), version.node() == view.node()));
                }
            }
            ahead = new Ahead(block, entries, !more);
        }
    }

    /**
     * The record of the view's own that ends right after a block, so that none can come before it; null if there is none.
     * Where small pieces are written again and again most end so; where they do not, a filter says so at once, so that a
     * lookup in vain costs little beside the scan that one saves.
     */
    private @Nullable Entry ownOfOneBlock(long block) {
        Version version = view.findOwn(new Item(Kind.EXTENT, ino, block + 1));
        return version == null || version.isWhiteout() ? null : new Entry(block + 1, version.value(), true);
    }

    /**
     * Stored records that were read together: all that end after a block.
     *
     * @param from that block
     * @param entries ascending
     * @param isLast whether no others follow
     */
    private record Ahead(long from, List<Entry> entries, boolean isLast) {
        static final Ahead NOTHING = new Ahead(-1, List.of(), false); // from the greatest block there is

        private static final int ENTRIES_MAX = 64;

        /** All that end after {@code from} and not after this are here. */
        long to() {
            return entries.isEmpty() ? from : entries.getLast().endBlock();
        }

        boolean covers(long block) {
            return Long.compareUnsigned(block, from) >= 0 && (isLast || Long.compareUnsigned(block, to()) < 0);
        }

        /** How many to read from a block on. */
        int wanted(long block) {
            boolean goesOn = !entries.isEmpty() && block == to();
            return goesOn ? Math.min(ENTRIES_MAX, 4 * entries.size()) : 1;
        }

        List<Entry> after(long block) {
            int at = 0;
            int end = entries.size();
            while (at < end) {
                int middle = (at + end) >>> 1;
                if (Long.compareUnsigned(entries.get(middle).endBlock(), block) > 0) {
                    end = middle;
                } else {
                    at = middle + 1;
                }
            }
            return entries.subList(at, entries.size());
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
        ahead = Ahead.NOTHING;
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
        ahead = Ahead.NOTHING;
    }
}
