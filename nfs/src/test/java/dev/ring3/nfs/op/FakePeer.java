package dev.ring3.nfs.op;

import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.rpc.Peer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The other end of no connection: keeps what it is called with. */
final class FakePeer implements Peer {
    private final InetSocketAddress address;
    final List<CompletableFuture<ByteBuffer>> calls = new ArrayList<>();
    private volatile boolean open = true;

    FakePeer(String host, int port) {
        this.address = new InetSocketAddress(host, port);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public synchronized CompletableFuture<ByteBuffer> call(
            Credential caller, int program, int version, int procedure, byte[] arguments) {
        CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        calls.add(answer);
        notifyAll();
        return answer;
    }

    /** Waits until somebody calls. */
    synchronized CompletableFuture<ByteBuffer> awaitCall() throws InterruptedException {
        while (calls.isEmpty()) {
            wait();
        }
        return calls.getFirst();
    }

    @Override
    public void close() {
        open = false;
    }
}
