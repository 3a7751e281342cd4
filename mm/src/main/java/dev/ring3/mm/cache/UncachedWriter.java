package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageTable.PAGE_BYTES;
import static dev.ring3.mm.cache.PageTable.PAGE_SHIFT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Semaphore;

/**
 * Writes that leave the cache behind them: a piece at a time goes into the cache, and a flusher is sent after it, which
 * also takes what has followed by then. Pieces on the way are bounded, so a stream has a small footprint and goes at the
 * backing's pace; it never writes back itself. (On Linux, writing back inline made latencies of seconds.)
 */
final class UncachedWriter {
    private static final int PIECE_BYTES_MAX = 1 << 20;

    private final PageCache cache;
    private final int framesMax;
    private final Semaphore frames;

    UncachedWriter(PageCache cache, int framesMax) {
        this.cache = cache;
        this.framesMax = framesMax;
        this.frames = new Semaphore(framesMax, true);
    }

    long write(AddressSpace file, long offset, MemorySegment from) throws IOException {
        long length = from.byteSize();
        int pieceBytes = Math.max(PAGE_BYTES, (int) Math.min(PIECE_BYTES_MAX, (long) framesMax / 2 * PAGE_BYTES));
        long done = 0;
        while (done < length) {
            long position = offset + done;
            long pieceEnd = Math.min(offset + length, (position / pieceBytes + 1) * pieceBytes);
            long written = writePiece(file, position, from.asSlice(done, pieceEnd - position));
            done += written;
            if (written < pieceEnd - position) {
                break;
            }
        }
        return done;
    }

    private long writePiece(AddressSpace file, long position, MemorySegment piece) throws IOException {
        long fromPage = position >>> PAGE_SHIFT;
        long toPage = (position + piece.byteSize() + PAGE_BYTES - 1) >>> PAGE_SHIFT;
        int permits = (int) Math.min(toPage - fromPage, framesMax);
        frames.acquireUninterruptibly(permits);
        boolean sent = false;
        try {
            long written = file.resizer().write(position, piece, true);
            cache.flusher().wake(file, fromPage, toPage, () -> frames.release(permits));
            sent = true;
            return written;
        } finally {
            if (!sent) {
                frames.release(permits);
            }
        }
    }
}
