package dev.ring3.hooks;

/**
 * A way along a list from its head, on which each folio is come by once, also if those that were are moved to its tail
 * meanwhile; it ends where the next is taken to another list.
 */
final class FolioWalk {
    private final FolioTable folios;
    private final int list;
    private long left;
    private int next;

    /** @param max how many at most */
    FolioWalk(FolioTable folios, int list, long max) {
        this.folios = folios;
        this.list = list;
        this.left = Math.min(max, folios.length(list));
        this.next = folios.head(list);
    }

    boolean hasNext() {
        return left > 0 && next != FolioTable.NONE && folios.listOf(next) == list;
    }

    /** The next one; only if there is one. */
    int next() {
        int folio = next;
        left--;
        next = folios.next(folio);
        return folio;
    }
}
