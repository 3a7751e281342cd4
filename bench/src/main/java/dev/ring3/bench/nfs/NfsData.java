package dev.ring3.bench.nfs;

import java.lang.foreign.MemorySegment;

/** An open file. For its client's thread. */
public final class NfsData implements AutoCloseable {
    /** When what is written is durable: {@code stable_how4}. */
    public enum Stable {
        /** After a {@link NfsData#commit}. */
        AFTER_COMMIT(0),
        /** When the call is answered. */
        AT_ONCE(2);

        private final int number;

        Stable(int number) {
            this.number = number;
        }
    }

    /** The most that is read or written in a call. */
    public static final int BYTES_MAX = NfsClient.DATA_BYTES_MAX;

    private static final int READ_WRITE = 3;
    private static final int WANT_NO_DELEGATION = 0x400;
    private static final int GUARDED = 1;
    private static final int NONE_EXT = 3; // OPEN_DELEGATE_NONE_EXT
    private static final int STATEID_BYTES = 16;
    private static final int CHANGE_INFO_BYTES = 20;

    private final NfsClient client;
    private final byte[] handle;
    private final byte[] stateid;

    private NfsData(NfsClient client, byte[] handle, byte[] stateid) {
        this.client = client;
        this.handle = handle;
        this.stateid = stateid;
    }

    /** An OPEN by name in the current directory; the handle is asked for, too. */
    static NfsCall open(NfsCall call, NfsClient client, byte[] name, NfsFolder.Missing missing, int mode) {
        call.op(Op.OPEN).u32(0).u32(READ_WRITE | WANT_NO_DELEGATION).u32(0);
        client.openOwner(call);
        return call.u32(1)
                .u32(missing == NfsFolder.Missing.IS_REQUIRED ? GUARDED : 0)
                .mode(mode)
                .u32(0)
                .opaque(name)
                .op(Op.GETFH);
    }

    /** What came of it. */
    static NfsData read(NfsClient client, NfsReply reply) {
        byte[] stateid = reply.of(Op.OPEN).fixed(STATEID_BYTES);
        reply.skip(CHANGE_INFO_BYTES + Integer.BYTES).skipBitmap();
        int delegation = reply.u32();
        boolean none = delegation == 0 || (delegation == NONE_EXT && reply.u32() == 0); // WND4_NOT_WANTED
        if (!none) {
            throw NfsReply.bad("a delegation that was not wanted");
        }
        return new NfsData(client, reply.of(Op.GETFH).opaque(), stateid);
    }

    /**
     * Reads what fits in a segment of at most {@link #BYTES_MAX}.
     *
     * @return how many bytes there were
     */
    public int read(long offset, MemorySegment into) {
        NfsReply reply = client.send(client.call()
                .putFh(handle)
                .op(Op.READ)
                .fixed(stateid)
                .u64(offset)
                .u32((int) into.byteSize()));
        return reply.of(Op.PUTFH).of(Op.READ).skip(Integer.BYTES).opaque(into);
    }

    /** Writes a segment of at most {@link #BYTES_MAX}. */
    public void write(long offset, MemorySegment from, Stable stable) {
        NfsReply reply = client.send(client.call()
                .putFh(handle)
                .op(Op.WRITE)
                .fixed(stateid)
                .u64(offset)
                .u32(stable.number)
                .opaque(from));
        int written = reply.of(Op.PUTFH).of(Op.WRITE).u32();
        if (written != from.byteSize() || reply.u32() < stable.number) {
            throw NfsReply.bad("%d of %d bytes were written".formatted(written, from.byteSize()));
        }
    }

    /** Makes durable what was written. */
    public void commit() {
        client.send(client.call().putFh(handle).op(Op.COMMIT).u64(0).u32(0))
                .of(Op.PUTFH)
                .of(Op.COMMIT);
    }

    @Override
    public void close() {
        client.send(client.call().putFh(handle).op(Op.CLOSE).u32(0).fixed(stateid))
                .of(Op.PUTFH)
                .of(Op.CLOSE);
    }
}
