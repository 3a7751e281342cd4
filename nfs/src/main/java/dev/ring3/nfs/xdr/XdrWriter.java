package dev.ring3.nfs.xdr;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes XDR into a buffer that does not grow: what does not fit is an {@link XdrOverflowException}. */
public final class XdrWriter {
    private final ByteBuffer out;

    /** Writes at the buffer's position and up to its limit. */
    public XdrWriter(ByteBuffer out) {
        this.out = out;
    }

    private void require(int bytes) {
        if (out.remaining() < bytes) {
            throw new XdrOverflowException(bytes, out.remaining());
        }
    }

    /** How many bytes still fit. */
    public int remaining() {
        return out.remaining();
    }

    /** Where the next byte goes. */
    public int position() {
        return out.position();
    }

    /** Goes back to where writing stood, and forgets what came after. */
    public void truncate(int position) {
        out.position(position);
    }

    /** Lets at most so many bytes follow the position given; never more than the buffer has. */
    public void limit(int from, long bytes) {
        out.limit((int) Math.min(out.capacity(), Math.max(out.position(), from + bytes)));
    }

    /** Writes an int where one was written before. */
    public void patchInt(int position, int value) {
        out.putInt(position, value);
    }

    public XdrWriter putInt(int value) {
        require(Integer.BYTES);
        out.putInt(value);
        return this;
    }

    public XdrWriter putLong(long value) {
        require(Long.BYTES);
        out.putLong(value);
        return this;
    }

    public XdrWriter putBool(boolean value) {
        return putInt(value ? 1 : 0);
    }

    /** Bytes of a fixed number. */
    public XdrWriter putFixed(byte[] value) {
        return putFixed(value, value.length);
    }

    private XdrWriter putFixed(byte[] value, int length) {
        require(XdrReader.padded(length));
        out.put(value, 0, length);
        return pad(length);
    }

    /** Bytes after their number. */
    public XdrWriter putOpaque(byte[] value) {
        require(Integer.BYTES + XdrReader.padded(value.length));
        out.putInt(value.length);
        return putFixed(value);
    }

    /** Bytes that were encoded before. */
    public XdrWriter putEncoded(ByteBuffer encoded) {
        require(encoded.remaining());
        out.put(encoded);
        return this;
    }

    /** The next bytes of the buffer, to be filled in place; {@link #skipFilled} then says how many were. */
    public ByteBuffer room(int bytes) {
        require(XdrReader.padded(bytes));
        return out.slice(out.position(), bytes);
    }

    /** Passes over bytes that were filled in, and pads them. */
    public XdrWriter skipFilled(int bytes) {
        require(XdrReader.padded(bytes));
        out.position(out.position() + bytes);
        return pad(bytes);
    }

    private XdrWriter pad(int length) {
        for (int i = length; i < XdrReader.padded(length); i++) {
            out.put((byte) 0);
        }
        return this;
    }

    /** A copy of what was written since a position. */
    public byte[] copySince(int position) {
        byte[] copy = new byte[out.position() - position];
        out.get(position, copy);
        return copy;
    }

    /** A bitmap: words after their number. */
    public XdrWriter putWords(int... words) {
        putInt(words.length);
        Arrays.stream(words).forEach(this::putInt);
        return this;
    }
}
