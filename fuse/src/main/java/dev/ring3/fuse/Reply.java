package dev.ring3.fuse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An answer that is put together in a buffer ({@code struct fuse_out_header}: u32 length, i32 negative errno or 0, u64
 * unique) and fields behind it, one after the other. Used again for the next one.
 */
final class Reply {
    static final int HEADER_BYTES = 16;
    private static final int ERROR = 4;
    private static final int UNIQUE = 8;

    private final MemorySegment buffer;
    private long end = HEADER_BYTES;

    Reply(MemorySegment buffer) {
        this.buffer = buffer;
    }

    /** Begins again, with nothing behind the header. */
    Reply clear() {
        end = HEADER_BYTES;
        return this;
    }

    Reply putInt(int value) {
        buffer.set(ValueLayout.JAVA_INT_UNALIGNED, end, value);
        end += Integer.BYTES;
        return this;
    }

    Reply putShort(int value) {
        buffer.set(ValueLayout.JAVA_SHORT_UNALIGNED, end, (short) value);
        end += Short.BYTES;
        return this;
    }

    Reply putLong(long value) {
        buffer.set(ValueLayout.JAVA_LONG_UNALIGNED, end, value);
        end += Long.BYTES;
        return this;
    }

    Reply putBytes(byte[] bytes) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, end, bytes.length);
        end += bytes.length;
        return this;
    }

    Reply putZeros(long count) {
        buffer.asSlice(end, count).fill((byte) 0);
        end += count;
        return this;
    }

    /** How many bytes there are behind the header. */
    long bodyBytes() {
        return end - HEADER_BYTES;
    }

    /** Where data can be put directly; {@link #advance} says how much it became. */
    MemorySegment room(long bytes) {
        return buffer.asSlice(end, bytes);
    }

    void advance(long bytes) {
        end += bytes;
    }

    /** Takes back what was put behind the first bytes. */
    void truncate(long bodyBytes) {
        end = HEADER_BYTES + bodyBytes;
    }

    /** The whole answer. */
    MemorySegment finish(long unique) {
        return finish(unique, 0);
    }

    /** An answer that is an error, or what the server sends by itself. */
    MemorySegment finish(long unique, int error) {
        buffer.set(ValueLayout.JAVA_INT, 0, Math.toIntExact(end));
        buffer.set(ValueLayout.JAVA_INT, ERROR, error);
        buffer.set(ValueLayout.JAVA_LONG, UNIQUE, unique);
        return buffer.asSlice(0, end);
    }
}
