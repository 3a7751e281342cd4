package dev.ring3.it.nfs;

import java.io.IOException;

/** A server to be tested: exports one empty, writable filesystem as its root, to root too, from any port. */
interface NfsTarget extends AutoCloseable {
    int port();

    /** How long a client's state lives without a word from it. */
    int leaseSeconds();

    /** Ends the server without warning to its clients and starts it again on the same port and data, with a grace period. */
    void restart() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;

    /** Whether a client that wants a read delegation of a file that nobody has open for writing gets it. */
    boolean grantsReadDelegations();

    /** The server that {@code ring3.nfs.server} names; nfs-ganesha has a lease of its own. */
    static NfsTarget start(int leaseSeconds) throws IOException, InterruptedException {
        String name = System.getProperty("ring3.nfs.server", "ring3");
        return switch (name) {
            case "ring3" -> Ring3.start(leaseSeconds);
            case "ganesha" -> Ganesha.start(false);
            default -> throw new IllegalArgumentException("ring3.nfs.server is ring3 or ganesha, not " + name);
        };
    }
}
