package dev.ring3.it.nfs;

import java.io.IOException;

/** A client of NFSv4.2 that has a file open, for tests of what is seen and done of clients elsewhere. */
public final class NfsGuest implements AutoCloseable {
    private final Client41 client;
    private final Session session;

    private NfsGuest(Client41 client, Session session) {
        this.client = client;
        this.session = session;
    }

    /** Mounts, as root, and makes and opens a file in the root directory, which must let everybody write. */
    public static NfsGuest open(int port, String file) throws IOException {
        Client41 client = Client41.open(port, 2);
        Session session = client.newSession();
        Op open = Open.by(session.owner("guest"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .unchecked(AttrValues.ofMode(0644))
                .name(file)
                .op();
        Reply reply = session.call(Ops.putRootFh(), open);
        while (reply.status() == NfsStatus.GRACE) {
            reply = session.call(Ops.putRootFh(), open);
        }
        reply.ok();
        return new NfsGuest(client, session);
    }

    /** Whether the server still knows its session. */
    public boolean isKnown() {
        NfsStatus status = session.call(Ops.putRootFh()).status();
        if (status != NfsStatus.OK && status != NfsStatus.BADSESSION) {
            throw new IllegalStateException("SEQUENCE: " + status);
        }
        return status == NfsStatus.OK;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
