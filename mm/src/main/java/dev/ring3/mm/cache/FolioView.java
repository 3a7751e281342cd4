package dev.ring3.mm.cache;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A part of a file, pinned in memory until this is closed. The segments must not be used afterwards: their frames get
 * other content then. Pinned frames cannot be reclaimed, so views are short. Thread-safe; closing it twice does nothing.
 */
public final class FolioView implements AutoCloseable {
    private final FolioMap folios;
    private final long length;
    private final List<MemorySegment> segments;
    private List<Folio> pinned; // under this object's monitor

    FolioView(FolioMap folios, long length, List<MemorySegment> segments, List<Folio> pinned) {
        this.folios = folios;
        this.length = length;
        this.segments = List.copyOf(segments);
        this.pinned = List.copyOf(pinned);
    }

    /** How many bytes it has, less than asked for at the end of the file. */
    public long length() {
        return length;
    }

    /** The bytes, in order, read-only. */
    public List<MemorySegment> segments() {
        return segments;
    }

    @Override
    public synchronized void close() {
        pinned.forEach(folios::unpin);
        pinned = List.of();
    }
}
