package dev.ring3.fs.extent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes the extent records of one inode in one transaction, and keeps the references right.
 *
 * <p>Of an extent that is cut, the parts that stay become records of the snapshot's own. If the extent was its own, its
 * reference goes over to them; if it was an ancestor's, which stays where it is, they need references of their own.
 * Parts of a compressed unit each hold a reference to all of it.
 */
final class ExtentEditor {
    private final DataTransaction transaction;
    private final ExtentRecords records;
    private long allocated; // blocks that the view gained, less those it lost

    ExtentEditor(DataTransaction transaction, ExtentRecords records) {
        this.transaction = transaction;
        this.records = records;
    }

    /** By how many blocks what the file shows as allocated has changed. */
    long allocated() {
        return allocated;
    }

    @Nullable
    Mapped after(long block) {
        return Mapped.after(records, block);
    }

    /** Makes a hole. */
    void clear(long from, long to) {
        clear(from, to, Integer.MAX_VALUE);
    }

    /**
     * Makes a hole, but stops after so many records.
     *
     * @return where it stopped: {@code to} when all is done
     */
    long clear(long from, long to, int recordsMax) {
        int count = 0;
        long at = from;
        while (at < to) {
            Mapped old = after(at);
            if (old == null || old.start() >= to) {
                return to;
            }
            if (count++ == recordsMax) {
                return old.start();
            }
            cut(old, from, to);
            at = old.end();
        }
        return to;
    }

    /** Puts an extent where a hole is; it comes with its reference. */
    void put(long start, Extent extent) {
        records.put(start + extent.blocks(), ExtentLayout.encode(extent));
        allocated += extent.blocks();
        if (extent instanceof Extent.Inline) {
            transaction.hasSmall(records);
        }
    }

    /** Puts an extent where a hole is, and gives it a reference to what it names. */
    void putReferenced(long start, Extent extent) {
        reference(extent);
        put(start, extent);
    }

    /** Moves an extent, or the rest of one, to where a hole is. An ancestor's promise does not come with it. */
    void move(Mapped part, long by) {
        Mapped record = after(part.start());
        boolean whole = record != null && record.start() == part.start() && record.end() == part.end();
        if (whole && part.own()) { // the reference goes with it
            records.remove(part.end());
            allocated -= part.extent().blocks();
            put(part.start() + by, part.extent());
            return;
        }
        clear(part.start(), part.end());
        if (part.own() || !(part.extent() instanceof Extent.Promised)) {
            putReferenced(part.start() + by, part.extent());
        }
    }

    /** All extents of a range, cut to it. */
    List<Mapped> range(long from, long to) {
        List<Mapped> found = new ArrayList<>();
        for (Mapped next = after(from); next != null && next.start() < to; next = after(next.end())) {
            found.add(next.between(Math.max(from, next.start()), Math.min(to, next.end())));
        }
        return found;
    }

    private void cut(Mapped old, long from, long to) {
        List<Mapped> kept = new ArrayList<>();
        if (old.start() < from) {
            kept.add(old.between(old.start(), from));
        }
        if (old.end() > to) {
            kept.add(old.between(to, old.end()));
        }
        if (!old.own()) {
            kept.removeIf(part -> part.extent() instanceof Extent.Promised); // an ancestor's promise is not ours
            kept.forEach(part -> reference(part.extent()));
        } else {
            dereference(old, from, to, kept.size());
        }
        if (kept.isEmpty() || kept.getLast().end() != old.end()) {
            records.remove(old.end());
        }
        allocated -= old.extent().blocks();
        kept.forEach(part -> put(part.start(), part.extent()));
    }

    private void reference(Extent extent) {
        switch (extent) {
            case Extent.Plain plain -> transaction.add(plain.run());
            case Extent.Packed packed -> transaction.add(packed.run());
            case Extent.Promised promised -> transaction.promise(promised.blocks());
            case Extent.Inline _ -> {}
        }
    }

    /** Of an own extent, the blocks between {@code from} and {@code to} go, and so many parts of it stay. */
    private void dereference(Mapped old, long from, long to, int parts) {
        long goneFrom = Math.max(from, old.start());
        long goneTo = Math.min(to, old.end());
        switch (old.extent()) {
            case Extent.Plain plain -> transaction.remove(plain.run().slice(goneFrom - old.start(), goneTo - goneFrom));
            case Extent.Packed packed -> {
                if (parts == 0) {
                    transaction.remove(packed.run());
                } else if (parts == 2) {
                    transaction.add(packed.run());
                }
            }
            case Extent.Promised _ -> transaction.unpromise(goneTo - goneFrom);
            case Extent.Inline _ -> {}
        }
    }
}
