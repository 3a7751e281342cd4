package dev.ring3.server.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A connection to the control socket of a server on this machine. */
final class UnixLink implements Link {
    private final SocketChannel channel;

    private UnixLink(SocketChannel channel) {
        this.channel = channel;
    }

    static UnixLink connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new UnixLink(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public ReadableByteChannel in() {
        return channel;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public boolean isAnswered() {
        return false; // it is read when writing fails
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
