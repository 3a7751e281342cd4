package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageTable.PAGE_BYTES;
import static dev.ring3.mm.cache.PageTable.PAGE_SHIFT;
import static dev.ring3.mm.cache.PageWord.WORD;

import dev.ring3.mm.FolioOrder;
import dev.ring3.mm.cache.ReadaheadRequest.Pattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings in what a miss wants, and what is going to be wanted. Several streams of accesses to one file are told apart:
 * forward, backward, strided. A stream's window begins at 64 KiB and doubles; half way through it a page is marked, and
 * whoever reads that one starts the next window, so that a stream that is read steadily never waits. What is wanted at
 * once is filled by who wants it, the rest by the cache's own threads, if there are free frames. Sequential streams get
 * large folios.
 */
final class Readahead {
    static final int STRIDES_AHEAD = 8;

    private static final int STREAMS = 8;
    private static final int FIRST_WINDOW = 16;

    /** What is to be brought in, and which page is to say that it is being used. */
    private record Plan(FolioOrder order, List<PageRange> ranges, long markedPage) {
        private static final Plan NOTHING = new Plan(FolioOrder.PAGE, List.of(), -1);

        /** This, and what a policy wants besides; halfway through that it is asked again. */
        Plan with(List<PageRange> more) {
            if (more.isEmpty()) {
                return this;
            }
            long shortest = more.stream().mapToLong(PageRange::pages).min().orElse(0);
            List<PageRange> all = new ArrayList<>(ranges);
            all.addAll(more);
            return new Plan(
                    ranges.isEmpty() ? orderOf(shortest) : order,
                    all,
                    markedPage < 0 ? more.get(more.size() / 2).from() : markedPage);
        }
    }

    private final AddressSpace file;
    private final PageCache cache;
    private final long windowMax;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<ReadStream> streams = new ArrayList<>(); // lock
    private long clock; // lock
    private long lastEnd; // lock: of the access that was asked about last

    Readahead(AddressSpace file, PageCache cache) {
        this.file = file;
        this.cache = cache;
        this.windowMax = Math.min(
                cache.options().readaheadBytesMax() / PAGE_BYTES, cache.folios().frameCount() / 8);
    }

    /**
     * Brings in the page at a position, and more as it seems fit.
     *
     * @param length how many bytes from there on are wanted
     * @return the folio, pinned; null if somebody else brings it in
     */
    @Nullable
    Folio miss(long position, long length, IoMode mode) throws IOException {
        long page = position >>> PAGE_SHIFT;
        long pages = ((position & (PAGE_BYTES - 1)) + length + PAGE_BYTES - 1) >>> PAGE_SHIFT;
        if (mode == IoMode.UNCACHED) {
            return file.loader().load(page, orderWithin(page, page + pages), FolioLoader.Purpose.DROP_BEHIND);
        }
        Plan plan = windowMax == 0 ? Plan.NOTHING : plan(page, pages, position, length);
        // Nobody who wants a few bytes is to wait for 2 MiB.
        FolioOrder order = max(min(plan.order(), FolioOrder.LARGE), orderWithin(page, page + pages));
        Folio folio = file.loader().load(page, order, FolioLoader.Purpose.KEEP);
        start(plan);
        return folio;
    }

    /** A marked page was read: the stream has come so far. From the path of hits, once per window. */
    void reached(long page) {
        start(planAfter(page));
    }

    private Plan planAfter(long page) {
        lock.lock();
        try {
            for (ReadStream stream : streams) {
                if (isWithin(stream, page)) {
                    long pages = stream.end - stream.start;
                    stream.goOn(stream.pattern, page, pages, ++clock);
                    return nextLocked(stream, page << PAGE_SHIFT, pages << PAGE_SHIFT, true);
                }
            }
            return unexplainedLocked(page << PAGE_SHIFT, PAGE_BYTES, true);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isWithin(ReadStream stream, long page) {
        return switch (stream.pattern) {
            case FORWARD -> page >= stream.start && page < stream.edge;
            case BACKWARD -> page >= stream.edge && page < stream.end;
            case STRIDED ->
                (page - stream.start) % stream.stride == 0
                        && (page - stream.start) / stream.stride >= 0
                        && (stream.edge - page) / stream.stride >= 0;
            case RANDOM -> false;
        };
    }

    private Plan plan(long page, long pages, long position, long length) {
        lock.lock();
        try {
            long now = ++clock;
            for (ReadStream stream : streams) {
                Pattern how = stream.continuedBy(page, pages);
                if (how != Pattern.RANDOM) {
                    stream.goOn(how, page, pages, now);
                    stream.missed(page);
                    return nextLocked(stream, position, length, false);
                }
            }
            for (ReadStream stream : streams) {
                if (stream.mayBeStride(page)) {
                    stream.noteStride(page, pages, now);
                    return unexplainedLocked(position, length, false);
                }
            }
            ReadStream stream = newStreamLocked();
            stream.begin(page, pages, now);
            if (page == 0) {
                stream.goOn(Pattern.FORWARD, page, pages, now); // who reads the beginning will mostly go on
                return nextLocked(stream, position, length, false);
            }
            return unexplainedLocked(position, length, false);
        } finally {
            lock.unlock();
        }
    }

    private ReadStream newStreamLocked() {
        if (streams.size() < STREAMS) {
            ReadStream stream = new ReadStream();
            streams.add(stream);
            return stream;
        }
        ReadStream oldest = streams.getFirst();
        for (ReadStream stream : streams) {
            oldest = stream.lastUse < oldest.lastUse ? stream : oldest;
        }
        return oldest;
    }

    /** The next window of a stream, beyond what is there already. */
    private Plan nextLocked(ReadStream stream, long position, long length, boolean hit) {
        long usual = stream.window == 0 ? FIRST_WINDOW : stream.window * 2;
        usual = Math.max(Math.min(usual, windowMax), Math.min(stream.end - stream.start, windowMax));
        ReadaheadRequest request = requestLocked(position, length, stream.pattern, stream.window, usual, hit);
        Prefetch more = new Prefetch(file.size(), windowMax);
        long window = cache.policies().readahead(request, more) >>> PAGE_SHIFT;
        stream.window = window;
        Plan plan = window == 0
                ? Plan.NOTHING
                : switch (stream.pattern) {
                    case FORWARD -> forwardLocked(stream, window);
                    case BACKWARD -> backwardLocked(stream, window);
                    case STRIDED -> stridedLocked(stream, window);
                    case RANDOM -> Plan.NOTHING;
                };
        return plan.with(more.ranges());
    }

    private ReadaheadRequest requestLocked(
            long position, long length, Pattern pattern, long previousPages, long usualPages, boolean hit) {
        long before = lastEnd;
        lastEnd = position + length;
        return new ReadaheadRequest(
                file.id(),
                file.backing().tag(),
                hit,
                position,
                length,
                file.size(),
                pattern,
                before,
                previousPages << PAGE_SHIFT,
                usualPages << PAGE_SHIFT,
                windowMax << PAGE_SHIFT);
    }

    /** What an access brings that continues nothing: only an attached policy can make something of it. */
    private Plan unexplainedLocked(long position, long length, boolean hit) {
        if (!cache.policies().isAttached()) {
            return Plan.NOTHING;
        }
        Prefetch more = new Prefetch(file.size(), windowMax);
        long window = cache.policies().readahead(requestLocked(position, length, Pattern.RANDOM, 0, 0, hit), more)
                >>> PAGE_SHIFT;
        long from = position >>> PAGE_SHIFT;
        long to = Math.min(from + window, pagesOfFile());
        Plan plan = to <= from
                ? Plan.NOTHING
                : new Plan(orderOf(window), List.of(new PageRange(from, to)), from + (to - from) / 2);
        return plan.with(more.ranges());
    }

    private Plan forwardLocked(ReadStream stream, long window) {
        long from = Math.max(stream.edge, stream.start);
        long to = Math.min(stream.start + window + window / 2, pagesOfFile());
        if (to <= from) {
            return new Plan(orderOf(window), List.of(), -1);
        }
        stream.edge = to;
        return new Plan(orderOf(window), List.of(new PageRange(from, to)), from + (to - from) / 2);
    }

    private Plan backwardLocked(ReadStream stream, long window) {
        long to = Math.min(stream.edge, stream.start);
        long from = Math.max(0, stream.start - window);
        if (to <= from) {
            return Plan.NOTHING;
        }
        stream.edge = from;
        return new Plan(orderOf(window), List.of(new PageRange(from, to)), from + (to - from) / 2);
    }

    private Plan stridedLocked(ReadStream stream, long window) {
        long pages = stream.end - stream.start;
        List<PageRange> ranges = new ArrayList<>();
        long steps = Math.clamp(window / pages, 1, STRIDES_AHEAD);
        long last = stream.start + steps * stream.stride;
        long first = stream.edge;
        for (long next = first + stream.stride; (last - next) / stream.stride >= 0; next += stream.stride) {
            if ((last - next) * Long.signum(stream.stride) < 0 || next < 0 || next >= pagesOfFile()) {
                break;
            }
            ranges.add(new PageRange(next, Math.min(next + pages, pagesOfFile())));
            stream.edge = next;
        }
        long marked = ranges.isEmpty() ? -1 : ranges.get(ranges.size() / 2).from();
        return new Plan(FolioOrder.PAGE, ranges, marked);
    }

    private void start(Plan plan) {
        if (!plan.ranges().isEmpty()) {
            boolean _ = cache.readaheadQueue().trySubmit(() -> bringIn(plan)).isPresent();
        }
    }

    private boolean bringIn(Plan plan) {
        try {
            for (PageRange range : plan.ranges()) {
                for (long page = range.from(); page < range.to(); ) {
                    page = bringIn(page, plan);
                }
            }
            mark(plan.markedPage());
            return true;
        } catch (IOException | RuntimeException e) {
            return false; // who really wants it will meet the error itself
        }
    }

    /** Brings in a folio; returns the page after it. */
    private long bringIn(long page, Plan plan) throws IOException {
        Folio folio = file.loader().load(page, plan.order(), FolioLoader.Purpose.READAHEAD);
        if (folio == null) {
            return page + 1;
        }
        long end = folio.endPage();
        cache.counters().readaheadPages.add(folio.order.frames());
        cache.folios().unpin(folio);
        return end;
    }

    /** Marks a page for whoever reads it first; if that has been, the stream goes on with the next miss. */
    private void mark(long page) {
        long[] leaf = page < 0 ? null : file.table().leaf(page);
        int frame = leaf == null ? 0 : PageWord.frameOf((long) WORD.getVolatile(leaf, PageTable.slot(page)));
        if (frame != 0 && cache.folios().marks[frame] == 0) {
            cache.folios().marks[frame] = FolioMap.READAHEAD_MARK;
        }
    }

    private long pagesOfFile() {
        return (file.size() + PAGE_BYTES - 1) >>> PAGE_SHIFT;
    }

    private static FolioOrder orderOf(long windowPages) {
        if (windowPages >= FolioOrder.HUGE.frames()) {
            return FolioOrder.HUGE;
        }
        return windowPages >= FolioOrder.LARGE.frames() ? FolioOrder.LARGE : FolioOrder.PAGE;
    }

    /** The largest folio that contains a page, begins with it, and ends within a request. */
    private static FolioOrder orderWithin(long page, long end) {
        FolioOrder fitting = FolioOrder.PAGE;
        for (FolioOrder order : FolioOrder.values()) {
            if (page % order.frames() == 0 && page + order.frames() <= end) {
                fitting = order;
            }
        }
        return fitting;
    }

    private static FolioOrder max(FolioOrder a, FolioOrder b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static FolioOrder min(FolioOrder a, FolioOrder b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
