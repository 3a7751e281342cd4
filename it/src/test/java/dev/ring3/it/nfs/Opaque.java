package dev.ring3.it.nfs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes that mean nothing to a client and are compared as a whole: file handles, verifiers, session identifiers. */
final class Opaque {
    private final byte[] bytes;

    private Opaque(byte[] bytes) {
        this.bytes = bytes;
    }

    static Opaque of(byte[] bytes) {
        return new Opaque(bytes.clone());
    }

    static Opaque of(String text) {
        return new Opaque(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of {@code length} bytes, all the same. */
    static Opaque filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return new Opaque(bytes);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    int length() {
        return bytes.length;
    }

    /** The same but for one bit of the byte at {@code index}. */
    Opaque flipped(int index) {
        byte[] copy = bytes.clone();
        copy[index] ^= 1;
        return new Opaque(copy);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Opaque opaque && Arrays.equals(bytes, opaque.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
