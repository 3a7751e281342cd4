package dev.ring3.mm.cache;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A run of a file that is to be written back.
 *
 * @param offset where it begins in the file, a multiple of 4 KiB
 * @param length how many bytes, more than 0; a multiple of 4 KiB but at the end of the file
 * @param pieces the bytes, in order; read-only, and they do not change until the call has ended
 * @param fileSize the size of the file then, or, while a write makes it longer, that which it is about to get; at least
 *     {@code offset + length}
 */
public record WritebackBatch(long offset, long length, List<MemorySegment> pieces, long fileSize) {
    public WritebackBatch {
        pieces = List.copyOf(pieces);
    }
}
