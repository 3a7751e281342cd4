package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageWord.WORD;

import java.util.ArrayList;
import java.util.List;

/** Draws the map of what is in memory. */
final class Residency {
    private Residency() {}

    static List<ResidentRange> of(AddressSpace file, PageCache cache, long fromPage, long toPage) {
        List<ResidentRange> ranges = new ArrayList<>();
        file.table().visit(fromPage, toPage, (firstPage, leaf) -> {
            long end = Math.min(firstPage + PageTable.LEAF_PAGES, toPage);
            for (long page = Math.max(firstPage, fromPage); page < end; page++) {
                long word = (long) WORD.getVolatile(leaf, PageTable.slot(page));
                if (PageWord.isPresent(word)) {
                    add(ranges, page, word, cache);
                }
            }
        });
        return ranges;
    }

    private static void add(List<ResidentRange> ranges, long page, long word, PageCache cache) {
        Folio folio = cache.folios().at(PageWord.frameOf(word) - 1);
        if (folio == null) {
            return; // it left meanwhile
        }
        ResidentRange one = new ResidentRange(
                page << PageTable.PAGE_SHIFT,
                PageTable.PAGE_BYTES,
                PageWord.isDirty(word),
                PageWord.isUnderWriteback(word),
                folio.order.bytes());
        if (!ranges.isEmpty() && continues(ranges.getLast(), one)) {
            ResidentRange last = ranges.removeLast();
            one = new ResidentRange(
                    last.offset(), last.length() + one.length(), one.dirty(), one.writeback(), one.folioBytes());
        }
        ranges.add(one);
    }

    private static boolean continues(ResidentRange last, ResidentRange one) {
        return last.offset() + last.length() == one.offset()
                && last.dirty() == one.dirty()
                && last.writeback() == one.writeback()
                && last.folioBytes() == one.folioBytes();
    }
}
