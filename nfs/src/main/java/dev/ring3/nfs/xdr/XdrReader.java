package dev.ring3.nfs.xdr;

import java.nio.ByteBuffer;

/**
 * Reads XDR. Every length is compared with a limit and with what is there before anything is allocated for it; bad bytes
 * are an {@link XdrException}.
 */
public final class XdrReader {
    private final ByteBuffer in;

    /** Reads from the buffer's position to its limit. */
    public XdrReader(ByteBuffer in) {
        this.in = in;
    }

    private void require(int bytes) {
        if (in.remaining() < bytes) {
            throw bad("%d bytes wanted, %d there".formatted(bytes, in.remaining()));
        }
    }

    /** An exception that tells where reading stands. */
    public XdrException bad(String what) {
        return new XdrException(in.position(), what);
    }

    /** How many bytes are left. */
    public int remaining() {
        return in.remaining();
    }

    /** Where reading stands, in bytes from the message's beginning. */
    public int position() {
        return in.position();
    }

    /** The bytes from a position to where reading stands; shares them. */
    public ByteBuffer since(int position) {
        return in.slice(position, in.position() - position);
    }

    /** What is left, without moving on; shares the bytes. */
    public ByteBuffer rest() {
        return in.slice();
    }

    /** An int, signed or not. */
    public int getInt() {
        require(Integer.BYTES);
        return in.getInt();
    }

    /** The next int, without moving on. */
    public int peekInt() {
        require(Integer.BYTES);
        return in.getInt(in.position());
    }

    /** An unsigned int as a long. */
    public long getUnsigned() {
        return Integer.toUnsignedLong(getInt());
    }

    /** A hyper, signed or not. */
    public long getLong() {
        require(Long.BYTES);
        return in.getLong();
    }

    /** A bool, which is 0 or 1. */
    public boolean getBool() {
        int value = getInt();
        if (value != 0 && value != 1) {
            throw bad("a boolean of " + value);
        }
        return value == 1;
    }

    /**
     * How many elements follow.
     *
     * @param max how many may
     */
    public int getCount(int max) {
        int count = getInt();
        if (count < 0 || count > max) {
            throw bad("%s elements, at most %d".formatted(Integer.toUnsignedString(count), max));
        }
        return count;
    }

    /** Bytes of a fixed number. */
    public byte[] getFixed(int length) {
        require(padded(length));
        byte[] value = new byte[length];
        in.get(value);
        skipPad(length);
        return value;
    }

    /** Bytes after their number, of which there are at most so many. */
    public byte[] getOpaque(int max) {
        int length = getCount(max);
        return getFixed(length);
    }

    /** The same without a copy: valid as long as the message is. */
    public ByteBuffer getOpaqueView(int max) {
        int length = getCount(max);
        require(padded(length));
        ByteBuffer view = in.slice(in.position(), length);
        in.position(in.position() + length);
        skipPad(length);
        return view;
    }

    /** Passes over bytes after their number. */
    public void skipOpaque(int max) {
        getOpaqueView(max);
    }

    private void skipPad(int length) {
        in.position(in.position() + padded(length) - length);
    }

    static int padded(int length) {
        return (length + 3) & ~3;
    }
}
