package dev.ring3.hooks;

import dev.ring3.bpf.hook.CacheFunctions;
import dev.ring3.bpf.hook.IterateOptions;
import dev.ring3.mm.cache.FolioContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The folios of a cache as a policy knows them: which there are, on which of its lists each is, and what it has noted with
 * it. Doubly linked lists in arrays by frame: whatever a policy does costs no memory. A folio has the number of its first
 * frame. Under the lock under which the cache calls its policy.
 */
final class FolioTable {
    static final int NONE = -1;

    private static final int NO_LIST = 0;

    private final @Nullable FolioContext[] live;
    private final long[] notes;
    private final int[] next; // towards the tail
    private final int[] previous;
    private final byte[] listOf;

    // By the number of a list; 0 is none.
    private final int[] head = new int[CacheFunctions.LISTS_MAX + 1];
    private final int[] tail = new int[CacheFunctions.LISTS_MAX + 1];
    private final int[] length = new int[CacheFunctions.LISTS_MAX + 1];
    private final int[] pages = new int[CacheFunctions.LISTS_MAX + 1];
    private int lists;
    private long residentPages;

    FolioTable(int frames) {
        live = new @Nullable FolioContext[frames];
        notes = new long[frames];
        next = new int[frames];
        previous = new int[frames];
        listOf = new byte[frames];
        Arrays.fill(head, NONE);
        Arrays.fill(tail, NONE);
    }

    int frameCount() {
        return live.length;
    }

    long residentPages() {
        return residentPages;
    }

    void add(FolioContext folio) {
        live[folio.frame()] = folio;
        notes[folio.frame()] = 0;
        residentPages += folio.order().frames();
    }

    /** Takes it off its list, too. */
    void remove(FolioContext folio) {
        takeOff(folio.frame());
        live[folio.frame()] = null;
        residentPages -= folio.order().frames();
    }

    /** A folio of that number, or null. */
    @Nullable
    FolioContext folio(long number) {
        return number < 0 || number >= live.length ? null : live[(int) number];
    }

    long note(int folio) {
        return notes[folio];
    }

    void setNote(int folio, long note) {
        notes[folio] = note;
    }

    /** Makes a list; 0 if there are too many. */
    int newList() {
        return lists == CacheFunctions.LISTS_MAX ? NO_LIST : ++lists;
    }

    boolean isList(long number) {
        return number > NO_LIST && number <= lists;
    }

    int length(int list) {
        return length[list];
    }

    int pages(int list) {
        return pages[list];
    }

    int head(int list) {
        return head[list];
    }

    /** The one after it towards the tail, or {@link #NONE}. */
    int next(int folio) {
        return next[folio];
    }

    /** The list that a folio is on; 0 for none. */
    int listOf(int folio) {
        return listOf[folio];
    }

    /** Puts a folio that is on no list on one. */
    void putOn(int list, int folio, int end) {
        if (end == IterateOptions.HEAD) {
            link(folio, NONE, head[list], list);
        } else {
            link(folio, tail[list], NONE, list);
        }
        listOf[folio] = (byte) list;
        length[list]++;
        pages[list] += frames(folio);
    }

    private void link(int folio, int before, int after, int list) {
        previous[folio] = before;
        next[folio] = after;
        if (before == NONE) {
            head[list] = folio;
        } else {
            next[before] = folio;
        }
        if (after == NONE) {
            tail[list] = folio;
        } else {
            previous[after] = folio;
        }
    }

    /** Takes a folio off its list, if it is on one. */
    void takeOff(int folio) {
        int list = listOf[folio];
        if (list == NO_LIST) {
            return;
        }
        int before = previous[folio];
        int after = next[folio];
        if (before == NONE) {
            head[list] = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            tail[list] = before;
        } else {
            previous[after] = before;
        }
        listOf[folio] = NO_LIST;
        length[list]--;
        pages[list] -= frames(folio);
    }

    void move(int list, int folio, int end) {
        takeOff(folio);
        putOn(list, folio, end);
    }

    int frames(int folio) {
        FolioContext context = live[folio];
        return context == null ? 0 : context.order().frames();
    }
}
