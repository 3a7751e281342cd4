package dev.ring3.bench.nfs;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.UUID;

/**
 * A client of NFSv4.1 with a session of one slot on one connection. For one thread.
 *
 * <p>What fails is an {@link UncheckedIOException}: nothing that is measured may fail.
 */
public final class NfsClient implements AutoCloseable {
    /** What is said of it beside figures. */
    public static final String DESCRIPTION =
            "this tool's own NFSv4.1 client, in the measuring process, by TCP; a call at a time for each thread, no cache";

    /** The most data in a call. */
    static final int DATA_BYTES_MAX = 1 << 20;

    static final int SESSION_BYTES = 16;

    private static final int CALL_BYTES_MAX = DATA_BYTES_MAX + (16 << 10);
    private static final int LAST_FRAGMENT = 0x80000000;
    private static final int USE_NON_PNFS = 0x10000;
    private static final int OPERATIONS_MAX = 16;
    private static final int CALLBACK_PROGRAM = 0x40000000;

    private final SocketChannel channel;
    private final NfsCall call = new NfsCall(CALL_BYTES_MAX);
    private final ByteBuffer in = ByteBuffer.allocateDirect(CALL_BYTES_MAX);
    private final MemorySegment memory = MemorySegment.ofBuffer(in);
    private final String owner = "ring3 bench " + UUID.randomUUID();
    private final long clientId;
    private final byte[] session;
    private int xid;
    private int sequence;

    /** Connects, and makes itself known. */
    NfsClient(InetSocketAddress address) {
        try {
            this.channel = SocketChannel.open(address);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        NfsCall known = begin().op(Op.EXCHANGE_ID).u64(System.nanoTime()).opaque(NfsCall.name(owner));
        NfsReply reply = exchange(known.u32(USE_NON_PNFS).u32(0).u32(0)).of(Op.EXCHANGE_ID);
        this.clientId = reply.u64();
        this.session = createSession(reply.u32());
        send(call().op(Op.RECLAIM_COMPLETE).u32(0)).of(Op.RECLAIM_COMPLETE);
    }

    private byte[] createSession(int number) {
        NfsCall create = begin().op(Op.CREATE_SESSION).u64(clientId).u32(number).u32(0);
        channelAttributes(create, CALL_BYTES_MAX);
        channelAttributes(create, 4096);
        create.u32(CALLBACK_PROGRAM).u32(1).u32(0);
        return exchange(create).of(Op.CREATE_SESSION).fixed(SESSION_BYTES);
    }

    /** {@code channel_attrs4} of one slot. */
    private static void channelAttributes(NfsCall create, int bytesMax) {
        create.u32(0)
                .u32(bytesMax)
                .u32(bytesMax)
                .u32(4096)
                .u32(OPERATIONS_MAX)
                .u32(1)
                .u32(0);
    }

    private NfsCall begin() {
        return call.begin(++xid);
    }

    /** Begins a call of the session; operations follow. Sent by {@link #send} before another is begun. */
    NfsCall call() {
        return begin().op(Op.SEQUENCE)
                .fixed(session)
                .u32(++sequence)
                .u32(0)
                .u32(0)
                .u32(0); // not kept: nothing is sent twice
    }

    /** Sends what {@link #call} began, and reads the answer up to the result of its first operation. */
    NfsReply send(NfsCall begun) {
        NfsReply reply = exchange(begun).of(Op.SEQUENCE);
        return reply.skip(SESSION_BYTES + 5 * Integer.BYTES);
    }

    private NfsReply exchange(NfsCall begun) {
        try {
            ByteBuffer out = begun.end();
            while (out.hasRemaining()) {
                channel.write(out);
            }
            in.clear();
            fill(Integer.BYTES);
            int mark = in.getInt(0);
            int length = mark & ~LAST_FRAGMENT;
            if ((mark & LAST_FRAGMENT) == 0 || length > in.capacity() - Integer.BYTES) {
                throw NfsReply.bad("an answer in parts, or of %d bytes".formatted(length));
            }
            fill(Integer.BYTES + length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        in.flip().position(Integer.BYTES);
        NfsReply reply = new NfsReply(in, memory);
        reply.begin(xid);
        return reply;
    }

    private void fill(int bytes) throws IOException {
        while (in.position() < bytes) {
            if (channel.read(in) < 0) {
                throw new EOFException("the NFS server closed the connection");
            }
        }
    }

    /** The handle of the root. */
    byte[] root() {
        NfsReply reply = send(call().op(Op.PUTROOTFH).op(Op.GETFH));
        return reply.of(Op.PUTROOTFH).of(Op.GETFH).opaque();
    }

    /** Who opens: {@code open_owner4}. */
    void openOwner(NfsCall open) {
        open.u64(clientId).opaque(NfsCall.name(owner));
    }

    /** Leaves nothing of itself at the server. */
    @Override
    public void close() {
        try (channel) {
            exchange(begin().op(Op.DESTROY_SESSION).fixed(session)).of(Op.DESTROY_SESSION);
            exchange(begin().op(Op.DESTROY_CLIENTID).u64(clientId)).of(Op.DESTROY_CLIENTID);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
