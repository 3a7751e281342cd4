package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageTable.PAGE_BYTES;
import static dev.ring3.mm.cache.PageTable.PAGE_SHIFT;
import static dev.ring3.mm.cache.PageWord.WORD;

import dev.ring3.mm.FolioOrder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes views of one file. */
final class ViewPinner {
    /** How often {@link #map} brings a range in anew, for it to be in one piece. */
    private static final int ATTEMPTS_MAX = 8;

    private final AddressSpace file;
    private final PageCache cache;

    ViewPinner(AddressSpace file, PageCache cache) {
        this.file = file;
        this.cache = cache;
    }

    FolioView pin(long offset, long length) throws IOException {
        long end = Math.min(offset + length, Math.max(file.size(), offset));
        List<Folio> pinned = new ArrayList<>();
        List<MemorySegment> segments = new ArrayList<>();
        boolean complete = false;
        try {
            Piece piece = null;
            for (long position = offset; position < end; ) {
                int inPage = (int) position & (PAGE_BYTES - 1);
                long bytes = Math.min(end - position, PAGE_BYTES - inPage);
                int frame = pinPage(position >>> PAGE_SHIFT, end - position, pinned);
                long memoryPosition = ((long) frame << PAGE_SHIFT) + inPage;
                if (piece != null && piece.end() == memoryPosition) {
                    piece = new Piece(piece.start(), memoryPosition + bytes);
                } else {
                    add(piece, segments);
                    piece = new Piece(memoryPosition, memoryPosition + bytes);
                }
                position += bytes;
            }
            add(piece, segments);
            complete = true;
        } finally {
            if (!complete) {
                pinned.forEach(cache.folios()::unpin);
            }
        }
        return new FolioView(cache.folios(), Math.max(0, end - offset), segments, pinned);
    }

    FolioView map(long offset, long length) throws IOException {
        long first = offset >>> PAGE_SHIFT;
        long last = (offset + Math.max(length, 1) - 1) >>> PAGE_SHIFT;
        FolioOrder order = orderFor(first, last);
        long block = first & -order.frames();
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            FolioView view = pin(offset, length);
            if (view.segments().size() <= 1) {
                return view;
            }
            view.close();
            long blockOffset = block << PAGE_SHIFT;
            file.writeBack(blockOffset, order.bytes());
            boolean _ = file.invalidate(blockOffset, order.bytes());
            cache.reclaim(order.frames());
            Folio folio = file.loader().load(first, order, FolioLoader.Purpose.KEEP);
            if (folio != null) {
                cache.folios().unpin(folio);
            }
        }
        throw new IOException(
                "%d bytes at %d of file %d cannot be had in one piece now".formatted(length, offset, file.id()));
    }

    private record Piece(long start, long end) {}

    private void add(@Nullable Piece piece, List<MemorySegment> segments) {
        if (piece != null) {
            segments.add(cache.folios()
                    .memory
                    .asSlice(piece.start(), piece.end() - piece.start())
                    .asReadOnly());
        }
    }

    /** Pins the folio of a page, unless it is the last one pinned; returns the page's frame. */
    private int pinPage(long page, long wanted, List<Folio> pinned) throws IOException {
        int slot = PageTable.slot(page);
        while (true) {
            long[] leaf = file.table().leaf(page);
            long word = leaf == null ? 0 : (long) WORD.getVolatile(leaf, slot);
            if (leaf == null || PageWord.isAbsent(word)) {
                Folio folio = file.readahead().miss(page << PAGE_SHIFT, wanted, IoMode.BUFFERED);
                if (folio != null && holds(folio, page)) {
                    pinned.add(folio);
                    return frameOf(folio, page);
                } else if (folio != null) {
                    cache.folios().unpin(folio);
                }
            } else if (!PageWord.isPresent(word)) {
                cache.locks().awaitClear(leaf, slot, PageWord.LOCKED);
            } else {
                Folio folio = cache.folios().at(PageWord.frameOf(word) - 1);
                if (!pinned.isEmpty() && pinned.getLast() == folio && holds(folio, page)) {
                    return frameOf(folio, page);
                }
                if (folio != null && cache.folios().tryPin(folio)) {
                    if (folio.file == file && holds(folio, page)) {
                        pinned.add(folio);
                        return frameOf(folio, page);
                    }
                    cache.folios().unpin(folio);
                }
            }
        }
    }

    /** Whether a page lies in a folio, which is pinned. */
    private boolean holds(Folio folio, long page) {
        long[] leaf = file.table().leaf(page);
        return leaf != null
                && page >= folio.firstPage
                && page < folio.endPage()
                && PageWord.frameOf((long) WORD.getVolatile(leaf, PageTable.slot(page))) == frameOf(folio, page) + 1;
    }

    private static int frameOf(Folio folio, long page) {
        return folio.frame + (int) (page - folio.firstPage);
    }

    private static FolioOrder orderFor(long firstPage, long lastPage) {
        for (FolioOrder order : FolioOrder.values()) {
            if ((firstPage & -order.frames()) == (lastPage & -order.frames())) {
                return order;
            }
        }
        throw new IllegalArgumentException(
                "a mapping of pages %d to %d crosses a multiple of 2 MiB".formatted(firstPage, lastPage));
    }
}
