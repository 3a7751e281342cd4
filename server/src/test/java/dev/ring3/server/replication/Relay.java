package dev.ring3.server.replication;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A way to a server that keeps its address when the server gets another, and that can be cut after so many bytes. */
final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE); // that still go through
    private volatile int port; // of the server; 0 for nowhere
    private volatile @Nullable Runnable whenCut; // runs once, before the cut is seen
    private volatile CountDownLatch cut = new CountDownLatch(1);

    Relay() throws IOException {
        this(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()));
    }

    /** One that listens so. */
    Relay(ServerSocket listener) {
        this.listener = listener;
        Thread.ofPlatform().daemon().start(this::acceptAll);
    }

    int port() {
        return listener.getLocalPort();
    }

    void leadTo(int serverPort) {
        port = serverPort;
    }

    /** Lets so many bytes through to the server, does something, and ends the connections. */
    void cutAfter(long bytes, Runnable then) {
        cut = new CountDownLatch(1);
        whenCut = then;
        left.set(bytes);
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            open.add(client);
            open.add(server);
            Thread back = Thread.ofPlatform().daemon().start(() -> copy(server, client, false));
            copy(client, server, true);
            back.join();
        } catch (IOException e) {
            // nobody is there
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(Socket from, Socket to, boolean counted) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (counted && left.addAndGet(-count) < 0) {
                    cut();
                    return;
                }
                out.write(buffer, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            end(from);
            end(to);
        }
    }

    /** Waits until what {@link #cutAfter} was told is done. */
    void awaitCut() throws InterruptedException {
        cut.await();
    }

    private synchronized void cut() {
        Runnable action = whenCut;
        whenCut = null;
        left.set(Long.MAX_VALUE);
        if (action != null) {
            action.run();
        }
        open.forEach(Relay::end);
        open.clear();
        cut.countDown();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(Relay::end);
    }
}
