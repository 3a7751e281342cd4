package dev.ring3.bpf.btf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The string section. Strings may share their bytes and each may be long, so a small input can ask for a great many
 * long strings: the sum of all distinct ones is limited by the section's size. Decoded strings are kept, each once.
 */
final class BtfStrings {
    /** How often the bytes of the section may be used by distinct strings, on average. */
    static final int SHARING_MAX = 8;

    private static final int SMALL_BYTES = 4096;

    private final ByteBuffer data;
    private final int start;
    private final int size;
    private final Map<Integer, String> decoded = new ConcurrentHashMap<>();

    /** The range must lie in the data. */
    BtfStrings(ByteBuffer data, int start, int size) {
        this.data = data;
        this.start = start;
        this.size = size;
        if (size == 0 || data.get(start) != 0) {
            throw new BtfException(start, "the string section does not begin with the empty string");
        }
        if (data.get(start + size - 1) != 0) {
            throw new BtfException(start + size - 1, "the string section does not end with a zero byte");
        }
    }

    /** Counts what is in use; one for each set of data. */
    Checker checker(String what) {
        return new Checker(what);
    }

    /** The string at an offset that was checked. */
    String get(int offset) {
        return offset == 0 ? "" : decoded.computeIfAbsent(offset, this::decode);
    }

    private String decode(int offset) {
        byte[] bytes = new byte[length(offset)];
        data.get(start + offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    int length(int offset) {
        int end = start + offset;
        while (data.get(end) != 0) {
            end++;
        }
        return end - start - offset;
    }

    byte byteAt(int offset) {
        return data.get(start + offset);
    }

    /** Whether the first bytes at an offset are these. */
    boolean startsWith(int offset, byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (data.get(start + offset + i) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /** Checks references to strings. Not for several threads. */
    final class Checker {
        private final String what;
        private final BitSet seen = new BitSet();
        private long bytesLeft = SMALL_BYTES + (long) SHARING_MAX * size;

        private Checker(String what) {
            this.what = what;
        }

        /** Requires that a string begins at an offset; {@code at} is where the offset stands. */
        void require(long at, int offset) {
            if (Integer.compareUnsigned(offset, size) >= 0) {
                throw new BtfException(
                        what,
                        at,
                        "string at offset %s, but the string section has %d bytes"
                                .formatted(Integer.toUnsignedString(offset), size));
            }
            if (seen.get(offset)) {
                return;
            }
            seen.set(offset);
            bytesLeft -= length(offset) + 1;
            if (bytesLeft < 0) {
                throw new BtfException(
                        what,
                        at,
                        "the strings in use are more than %d times as long as their section of %d bytes"
                                .formatted(SHARING_MAX, size));
            }
        }
    }
}
