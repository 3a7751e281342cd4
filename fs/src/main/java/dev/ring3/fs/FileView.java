package dev.ring3.fs;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Data of a file where it lies in memory, for somebody who sends it on: it stays there until this is closed, which should
 * be soon, since the cache cannot do without that memory. What is written to the file meanwhile may show in it or not, a
 * page of 4 KiB half. The segments are read-only and must not be used after the close.
 */
public interface FileView extends AutoCloseable {
    /** The bytes, in order; fewer than asked for at the end of the file alone. */
    List<MemorySegment> segments();

    @Override
    void close();

    /** How many bytes there are. */
    default long lengthBytes() {
        return segments().stream().mapToLong(MemorySegment::byteSize).sum();
    }

    /** A view of what was read into memory of the caller's. */
    static FileView of(MemorySegment bytes) {
        List<MemorySegment> one = List.of(bytes.asReadOnly());
        return new FileView() {
            @Override
            public List<MemorySegment> segments() {
                return one;
            }

            @Override
            public void close() {}
        };
    }
}
