package dev.ring3.server.http;

/** The other end of a connection. */
public sealed interface Peer {
    /**
     * A process on this machine, through the Unix socket.
     *
     * @param trusted whether it is the user of the server, or root
     */
    record Local(String user, boolean trusted) implements Peer {}

    /**
     * Somebody through TCP.
     *
     * @param address for people
     */
    record Remote(String address) implements Peer {}
}
