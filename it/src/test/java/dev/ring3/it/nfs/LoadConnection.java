package dev.ring3.it.nfs;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection on which one thread calls and waits for the answer, into a buffer that is there once. */
final class LoadConnection implements AutoCloseable {
    private static final int LAST_FRAGMENT = 0x80000000;
    private static final int REPLY_BYTES_MAX = 1_200_000;

    /** In an accepted reply: after xid, kind, reply state, an empty verifier, and acceptance. */
    private static final int COMPOUND_AT = 24;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(REPLY_BYTES_MAX);
    private int turn;

    LoadConnection(int port) throws IOException {
        this.channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Calls, and returns the answer without its record mark; valid until the next call. Every operation must succeed. */
    ByteBuffer call(LoadCall call) throws IOException {
        turn++;
        ByteBuffer out = call.record(turn, turn);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        in.clear();
        fill(Integer.BYTES);
        int mark = in.getInt(0);
        if ((mark & LAST_FRAGMENT) == 0) {
            throw new AssertionError("an answer in fragments");
        }
        int length = mark & ~LAST_FRAGMENT;
        fill(Integer.BYTES + length);
        ByteBuffer reply = in.flip().slice(Integer.BYTES, length);
        if (reply.getInt(0) != turn || reply.getInt(COMPOUND_AT - Integer.BYTES) != 0) {
            throw new AssertionError("not the answer to the call");
        }
        NfsStatus status = NfsStatus.of(reply.getInt(COMPOUND_AT));
        if (status != NfsStatus.OK) {
            throw new AssertionError("the status of a call under load: " + status);
        }
        return reply;
    }

    private void fill(int bytes) throws IOException {
        while (in.position() < bytes) {
            if (channel.read(in) < 0) {
                throw new EOFException("the server closed the connection");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
