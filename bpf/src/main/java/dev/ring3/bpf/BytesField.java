package dev.ring3.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Part of a structure as its bytes, see {@link StructView#raw}. Immutable. */
public final class BytesField {
    private final String path;
    private final int at;
    private final int bytes;

    BytesField(String path, int at, int bytes) {
        this.path = path;
        this.at = at;
        this.bytes = bytes;
    }

    /** How many there are. */
    public int bytes() {
        return bytes;
    }

    /** A copy of them. */
    public byte[] get(MemorySegment struct) {
        return struct.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Sets them.
     *
     * @throws IllegalArgumentException if there are more or fewer than the field has
     */
    public void set(MemorySegment struct, byte[] content) {
        if (content.length != bytes) {
            throw new IllegalArgumentException(
                    "%d bytes in field %s of %d bytes".formatted(content.length, path, bytes));
        }
        MemorySegment.copy(content, 0, struct, ValueLayout.JAVA_BYTE, at, bytes);
    }
}
