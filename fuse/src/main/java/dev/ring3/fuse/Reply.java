package dev.ring3.fuse;

import dev.ring3.fs.FileView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    private @Nullable FileView lent;

    Reply(MemorySegment buffer) {
        this.buffer = buffer;
    }

    /** Begins again, with nothing behind the header. */
    Reply clear() {
        end = HEADER_BYTES;
        release();
        return this;
    }

    /** Appends data of a file, which is sent from where it lies; nothing can come behind it. */
    void lend(FileView view) {
        lent = view;
    }

    /** Gives back what was lent, once it is sent or will not be. */
    void release() {
        FileView view = lent;
        lent = null;
        if (view != null) {
            view.close();
        }
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

    /** The whole answer, in pieces. */
    List<MemorySegment> finish(long unique) {
        return finish(unique, 0);
    }

    /** An answer that is an error, or what the server sends by itself. */
    List<MemorySegment> finish(long unique, int error) {
        FileView view = lent;
        long length = view == null ? end : end + view.lengthBytes();
        buffer.set(ValueLayout.JAVA_INT, 0, Math.toIntExact(length));
        buffer.set(ValueLayout.JAVA_INT, ERROR, error);
        buffer.set(ValueLayout.JAVA_LONG, UNIQUE, unique);
        MemorySegment own = buffer.asSlice(0, end);
        if (view == null) {
            return List.of(own);
        }
        List<MemorySegment> pieces = new ArrayList<>(view.segments().size() + 1);
        pieces.add(own);
        pieces.addAll(view.segments());
        return pieces;
    }
}
