package dev.ring3.bpf.elf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The names of one string section. Names may share their bytes, as linkers make them do, and each may be long, so a
 * small file can ask for a great many long strings: the sum of all distinct names is limited by the section's size.
 */
final class StringTable {
    /** How often the bytes of the section may be used by distinct names, on average. */
    static final int SHARING_MAX = 8;

    private static final int SMALL_BYTES = 4096;

    private final ByteBuffer file;
    private final long start;
    private final int size;
    private final Map<Integer, String> names = new HashMap<>();
    private long bytesLeft;

    /** The range must lie in the file; the section must end with a zero byte, if it is not empty. */
    StringTable(ByteBuffer file, long start, long size) {
        this.file = file;
        this.start = start;
        this.size = (int) size;
        this.bytesLeft = SMALL_BYTES + SHARING_MAX * size;
        if (size > 0 && file.get((int) (start + size - 1)) != 0) {
            throw new ElfException(start + size - 1, "the string section does not end with a zero byte");
        }
    }

    /**
     * The string that begins at an offset of the section; the empty string for offset 0 of an empty section.
     *
     * @param at where the offset stands in the file
     * @param offset unsigned
     */
    String name(long at, int offset) {
        if (offset == 0 && size == 0) {
            return "";
        }
        if (Integer.compareUnsigned(offset, size) >= 0) {
            throw new ElfException(
                    at,
                    "name at offset %s, but the string section has %d bytes"
                            .formatted(Integer.toUnsignedString(offset), size));
        }
        String known = names.get(offset);
        if (known != null) {
            return known;
        }
        String name = read(at, offset);
        names.put(offset, name);
        return name;
    }

    private String read(long at, int offset) {
        int first = (int) start + offset;
        int end = first;
        while (file.get(end) != 0) {
            end++;
        }
        bytesLeft -= end - first + 1;
        if (bytesLeft < 0) {
            throw new ElfException(
                    at,
                    "the names in use are more than %d times as long as their string section of %d bytes"
                            .formatted(SHARING_MAX, size));
        }
        return new String(file.array(), file.arrayOffset() + first, end - first, StandardCharsets.UTF_8);
    }
}
