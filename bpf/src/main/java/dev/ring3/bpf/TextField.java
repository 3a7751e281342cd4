package dev.ring3.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A text in a structure, see {@link StructView#text}. Immutable. */
public final class TextField {
    private final String path;
    private final int at;
    private final int bytes;

    TextField(String path, int at, int bytes) {
        this.path = path;
        this.at = at;
        this.bytes = bytes;
    }

    /** The text up to its zero byte, or to the end of the field; bytes that are no UTF-8 become replacement characters. */
    public String get(MemorySegment struct) {
        byte[] all = struct.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes && all[length] != 0) {
            length++;
        }
        return new String(all, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * Sets the text, with zeros behind it.
     *
     * @throws IllegalArgumentException if it does not fit with a zero byte at its end
     */
    public void set(MemorySegment struct, String text) {
        byte[] characters = text.getBytes(StandardCharsets.UTF_8);
        if (characters.length >= bytes) {
            throw new IllegalArgumentException(
                    "%d bytes of text in field %s of %d bytes".formatted(characters.length, path, bytes));
        }
        MemorySegment field = struct.asSlice(at, bytes).fill((byte) 0);
        MemorySegment.copy(characters, 0, field, ValueLayout.JAVA_BYTE, 0, characters.length);
    }
}
