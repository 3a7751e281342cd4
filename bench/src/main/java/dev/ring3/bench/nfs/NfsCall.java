package dev.ring3.bench.nfs;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A COMPOUND while it is written, in a buffer that is there once for each client. Its owner begins, sends and begins anew. */
final class NfsCall {
    private static final int LAST_FRAGMENT = 0x80000000;
    private static final int PROGRAM = 100003;
    private static final int VERSION = 4;
    private static final int COMPOUND = 1;
    private static final int MINOR_VERSION = 1;
    private static final int AUTH_SYS = 1;
    private static final byte[] NOTHING = {};
    private static final byte[] CREDENTIAL = credential();

    private final ByteBuffer out;
    private final MemorySegment memory;
    private int countAt;
    private int count;

    NfsCall(int bytesMax) {
        this.out = ByteBuffer.allocateDirect(bytesMax);
        this.memory = MemorySegment.ofBuffer(out);
    }

    /** {@code authsys_parms} of root without further groups (RFC 5531, appendix A). */
    private static byte[] credential() {
        return ByteBuffer.allocate(20)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .array();
    }

    /** Forgets what was written and begins a call. */
    NfsCall begin(int xid) {
        out.clear().putInt(0); // the mark, when the length is known
        out.putInt(xid).putInt(0).putInt(2).putInt(PROGRAM).putInt(VERSION).putInt(COMPOUND);
        out.putInt(AUTH_SYS);
        opaque(CREDENTIAL);
        out.putInt(0).putInt(0); // a verifier of AUTH_NONE
        opaque(NOTHING); // the tag
        out.putInt(MINOR_VERSION);
        countAt = out.position();
        count = 0;
        out.putInt(0);
        return this;
    }

    /** An operation; its arguments follow. */
    NfsCall op(Op op) {
        count++;
        return u32(op.number);
    }

    NfsCall u32(int value) {
        out.putInt(value);
        return this;
    }

    NfsCall u64(long value) {
        out.putLong(value);
        return this;
    }

    /** Bytes of a fixed number, which is a multiple of four. */
    NfsCall fixed(byte[] value) {
        out.put(value);
        return this;
    }

    /** Bytes after their number. */
    NfsCall opaque(byte[] value) {
        out.putInt(value.length).put(value);
        return pad(value.length);
    }

    NfsCall opaque(MemorySegment value) {
        int length = Math.toIntExact(value.byteSize());
        out.putInt(length);
        MemorySegment.copy(value, 0, memory, out.position(), length);
        out.position(out.position() + length);
        return pad(length);
    }

    private NfsCall pad(int length) {
        for (int i = length; (i & 3) != 0; i++) {
            out.put((byte) 0);
        }
        return this;
    }

    /** A bitmap of two words. */
    NfsCall bitmap(long bits) {
        return u32(2).u32((int) bits).u32((int) (bits >>> Integer.SIZE));
    }

    /** A {@code fattr4} with a mode and nothing else. */
    NfsCall mode(int mode) {
        return bitmap(1L << NfsFolder.MODE).u32(Integer.BYTES).u32(mode);
    }

    NfsCall putFh(byte[] handle) {
        return op(Op.PUTFH).opaque(handle);
    }

    static byte[] name(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** What is to be sent. */
    ByteBuffer end() {
        out.putInt(countAt, count);
        out.putInt(0, LAST_FRAGMENT | (out.position() - Integer.BYTES));
        return out.flip();
    }
}
