package dev.ring3.it.nfs;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.UnaryOperator;

/** Stands between a client and a server and changes what the server says, a record at a time: the wrong server that a test must notice. */
final class TamperingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int serverPort;
    private volatile UnaryOperator<byte[]> tamper = UnaryOperator.identity();

    TamperingProxy(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on replies come out as this makes them. */
    void tamper(UnaryOperator<byte[]> how) {
        this.tamper = how;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), serverPort);
                Thread.ofPlatform().daemon().start(() -> pump(client, server, UnaryOperator.identity()));
                Thread.ofPlatform().daemon().start(() -> pump(server, client, record -> tamper.apply(record)));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void pump(Socket from, Socket to, UnaryOperator<byte[]> change) {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                int mark = in.readInt();
                byte[] record = change.apply(in.readNBytes(mark & Integer.MAX_VALUE));
                out.write(RpcConnection.marked(record));
            }
        } catch (IOException e) {
            // One side is gone, and so the other.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
