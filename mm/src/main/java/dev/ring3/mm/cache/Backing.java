package dev.ring3.mm.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Where the content of a file comes from and goes to: what the owner of an {@link AddressSpace} supplies.
 *
 * <p>Calls come from many threads at once. The cache sees to it that no two calls for overlapping ranges run at a time,
 * but for reads; and that none runs beyond a new size, or in a hole, while {@link #resize} or {@link #punch} makes it.
 * Calls are made without any lock that a read, a write of the inside of a file, or a flush takes; with the file's size
 * lock in {@link #resize}, {@link #punch} and, if it makes the file longer, {@link #writeDirect}. They must not call
 * the same file's cache.
 *
 * <p>What they throw reaches the caller of the read; for {@link #writeback} it reaches {@link AddressSpace#sync}, once
 * for each cursor, and what could not be written stays dirty and is tried again.
 */
public interface Backing {
    /** What policies may know the file by; the same all the time. */
    default FileTag tag() {
        return FileTag.NONE;
    }

    /**
     * Reads a range of the file, and verifies it: it is not looked at again while it is cached.
     *
     * @param offset a multiple of 4 KiB
     * @param into where to, a multiple of 4 KiB long
     * @return how many bytes from its beginning were supplied. Holes are supplied, as zeros. If it is fewer than asked
     *     for, the rest is asked for again; 0 means that the backing's content ends here, and the rest is zero
     * @throws IOException if a part cannot be read or is not what was written
     */
    long fill(long offset, MemorySegment into) throws IOException;

    /**
     * Writes a run of the file. When it returns, the next {@link #fill} of the run yields it; whether it is durable is
     * between the owner and its callers.
     *
     * @return how many bytes from the beginning of the run were written, down to whole pages: fewer than asked for if
     *     it could not take more at once, then the rest follows; not 0
     * @throws IOException if nothing more of it can be written now
     */
    long writeback(WritebackBatch batch) throws IOException;

    /** Reads a range past the cache; as {@link #fill}. */
    default long readDirect(long offset, MemorySegment into) throws IOException {
        return fill(offset, into);
    }

    /**
     * Writes a range past the cache, whole or not at all as far as readers can tell per 4 KiB.
     *
     * @param offset a multiple of 4 KiB
     * @param from a multiple of 4 KiB long
     */
    void writeDirect(long offset, MemorySegment from) throws IOException;

    /**
     * Takes note of a new size that was set, not written up to: content beyond it is gone for good, and what it gains
     * reads as zeros.
     */
    void resize(long size) throws IOException;

    /**
     * Forgets a range inside the file, which reads as zeros then.
     *
     * @param offset a multiple of 4 KiB
     * @param length a multiple of 4 KiB
     */
    void punch(long offset, long length) throws IOException;
}
