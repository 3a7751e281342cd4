package dev.ring3.bench.nfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** The answer to a COMPOUND, read in the order of its operations. Valid until its client's next call. */
final class NfsReply {
    private static final int ACCEPTED_BYTES = 24; // xid, kind, state, an empty verifier, acceptance

    private final ByteBuffer in;
    private final MemorySegment memory;

    /** An answer without its record mark, at the buffer's position. */
    NfsReply(ByteBuffer in, MemorySegment memory) {
        this.in = in;
        this.memory = memory;
    }

    /** A failure with a reason. */
    static UncheckedIOException bad(String what) {
        return new UncheckedIOException(new IOException("NFS: " + what));
    }

    /** Reads what comes before the results. The status of the whole is that of its last operation. */
    void begin(int xid) {
        boolean fits = in.remaining() >= ACCEPTED_BYTES && in.getInt() == xid && in.getInt() == 1;
        if (!fits || in.getInt() != 0) {
            throw bad("the server did not accept a call");
        }
        in.getInt();
        skip(in.getInt()); // the verifier
        if (in.getInt() != 0) {
            throw bad("the server could not read a call");
        }
        in.getInt(); // the status of the whole
        skip(in.getInt()); // the tag
        in.getInt(); // how many results
    }

    /** The next result, which has to be of this operation, and a success. */
    NfsReply of(Op op) {
        int number = in.getInt();
        int status = in.getInt();
        if (number != op.number) {
            throw bad("operation %d was answered where %s was asked".formatted(number, op));
        }
        if (status != 0) {
            throw bad("%s has status %d".formatted(op, status));
        }
        return this;
    }

    int u32() {
        return in.getInt();
    }

    long u64() {
        return in.getLong();
    }

    byte[] fixed(int length) {
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    byte[] opaque() {
        int length = in.getInt();
        byte[] value = fixed(length);
        in.position(in.position() + (-length & 3));
        return value;
    }

    /** Bytes after their number, into memory that has room for them; says how many. */
    int opaque(MemorySegment into) {
        int length = in.getInt();
        MemorySegment.copy(memory, in.position(), into, 0, length);
        skip(length);
        return length;
    }

    /** Passes over bytes and their padding. */
    NfsReply skip(int length) {
        in.position(in.position() + (length + 3 & ~3));
        return this;
    }

    NfsReply skipOpaque() {
        return skip(in.getInt());
    }

    NfsReply skipBitmap() {
        int words = in.getInt();
        return skip(words * Integer.BYTES);
    }

    /** A {@code fattr4}. */
    NfsReply skipAttributes() {
        return skipBitmap().skipOpaque();
    }
}
