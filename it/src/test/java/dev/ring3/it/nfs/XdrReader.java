package dev.ring3.it.nfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/** Reads XDR strictly: what the server sends must be whole, padded with zeros, and booleans 0 or 1. */
final class XdrReader {
    private final ByteBuffer buffer;

    XdrReader(byte[] bytes) {
        this.buffer = ByteBuffer.wrap(bytes);
    }

    int u32() {
        need(4);
        return buffer.getInt();
    }

    long u64() {
        need(8);
        return buffer.getLong();
    }

    boolean bool() {
        int value = u32();
        if (value != 0 && value != 1) {
            throw malformed("a boolean of " + value);
        }
        return value == 1;
    }

    byte[] fixed(int length) {
        need(length);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        for (int i = length; (i & 3) != 0; i++) {
            need(1);
            if (buffer.get() != 0) {
                throw malformed("padding that is not zero");
            }
        }
        return bytes;
    }

    byte[] bytes() {
        return fixed(length());
    }

    Opaque opaque() {
        return Opaque.of(bytes());
    }

    Opaque opaque(int length) {
        return Opaque.of(fixed(length));
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    StateId stateId() {
        return new StateId(u32(), opaque(12));
    }

    NfsStatus status() {
        return NfsStatus.of(u32());
    }

    BitSet bitmap() {
        int words = length();
        BitSet bits = new BitSet();
        for (int i = 0; i < words; i++) {
            int word = u32();
            for (int bit = 0; bit < 32; bit++) {
                bits.set(32 * i + bit, (word >>> bit & 1) != 0);
            }
        }
        return bits;
    }

    <T> List<T> list(Function<XdrReader, T> element) {
        int count = length();
        List<T> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(element.apply(this));
        }
        return list;
    }

    int remaining() {
        return buffer.remaining();
    }

    void end() {
        if (buffer.hasRemaining()) {
            throw malformed(buffer.remaining() + " bytes too many");
        }
    }

    private int length() {
        int length = u32();
        if (length < 0 || length > buffer.remaining()) {
            throw malformed(
                    "a length of " + Integer.toUnsignedString(length) + " with " + buffer.remaining() + " left");
        }
        return length;
    }

    private void need(int bytes) {
        if (buffer.remaining() < bytes) {
            throw malformed("%d bytes needed, %d left".formatted(bytes, buffer.remaining()));
        }
    }

    private AssertionError malformed(String what) {
        return new AssertionError("the server's XDR at byte " + buffer.position() + ": " + what);
    }
}
