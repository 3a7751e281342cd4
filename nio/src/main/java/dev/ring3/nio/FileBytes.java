package dev.ring3.nio;

import dev.ring3.fs.FsException;
import dev.ring3.fs.WriteResult;
import dev.ring3.fs.vfs.OpenFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Bytes of an open file into and out of buffers, at places. What hinders a write after some of it is there is told to the
 * next one.
 */
record FileBytes(Session session, OpenFile file) {
    /** What goes into one transaction. */
    static final int WRITE_BYTES_MAX = 8 << 20;

    /** What is left in some buffers. */
    static long remaining(ByteBuffer[] buffers, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }

    /** Reads into the rest of a buffer; -1 at the end of the file. */
    int readAt(ByteBuffer into, long at) {
        if (!into.hasRemaining()) {
            return 0;
        }
        int count = (int) session.vfs().files().read(session.caller(), file, at, MemorySegment.ofBuffer(into));
        into.position(into.position() + count);
        return count == 0 ? -1 : count;
    }

    /** The same into buffers, one after the other, until one is not filled. */
    long readAt(ByteBuffer[] buffers, int offset, int length, long at) {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            int wanted = buffers[i].remaining();
            int count = wanted == 0 ? 0 : readAt(buffers[i], at + total);
            if (count < 0) {
                return total > 0 ? total : -1;
            }
            total += count;
            if (count < wanted) {
                break;
            }
        }
        return total;
    }

    /**
     * Writes the rest of a buffer, or what goes of it.
     *
     * @return where the file goes on behind it, which for APPEND is its end
     */
    long writeAt(ByteBuffer from, long at) {
        long next = at;
        int begin = from.position();
        while (from.hasRemaining()) {
            MemorySegment rest = MemorySegment.ofBuffer(from);
            MemorySegment piece = rest.asSlice(0, Math.min(rest.byteSize(), WRITE_BYTES_MAX));
            WriteResult written;
            try {
                written = session.vfs().files().write(session.caller(), file, next, piece);
            } catch (FsException e) {
                if (from.position() == begin) {
                    throw e;
                }
                return next;
            }
            from.position(from.position() + (int) written.lengthBytes());
            next = written.offsetBytes() + written.lengthBytes();
        }
        return next;
    }

    /** The same of buffers, one after the other, until one is not written to its end. */
    long writeAt(ByteBuffer[] buffers, int offset, int length, long at) {
        long next = at;
        boolean any = false;
        for (int i = offset; i < offset + length; i++) {
            int count = buffers[i].remaining();
            try {
                next = writeAt(buffers[i], next);
            } catch (FsException e) {
                if (!any) {
                    throw e;
                }
            }
            any |= buffers[i].remaining() < count;
            if (buffers[i].hasRemaining()) {
                break;
            }
        }
        return next;
    }
}
