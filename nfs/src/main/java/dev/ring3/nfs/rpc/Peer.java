package dev.ring3.nfs.rpc;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** The other end of a connection. */
public interface Peer {
    /** Where it calls from. */
    InetSocketAddress address();

    /** Whether the connection stands. */
    boolean isOpen();

    /**
     * Calls the peer; the future gets the results after an accepted reply's header, or fails if the call was refused or
     * the connection ended. Never waits.
     *
     * @param caller as whom we call
     * @param arguments encoded
     */
    CompletableFuture<ByteBuffer> call(Credential caller, int program, int version, int procedure, byte[] arguments);

    /** Ends the connection. */
    void close();
}
