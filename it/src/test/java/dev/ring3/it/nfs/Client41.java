package dev.ring3.it.nfs;

import static dev.ring3.it.nfs.SessionOps.USE_NON_PNFS;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** A client of NFSv4.1 or 4.2: one connection, a client owner, and the sessions made of it. */
final class Client41 implements AutoCloseable {
    private static final AtomicLong OWNERS = new AtomicLong(System.nanoTime());

    final RpcConnection connection;
    final RpcCredential credential;
    final int minorVersion;
    final String owner;
    final Opaque verifier;
    final BackChannel backChannel = new BackChannel();

    Client41(RpcConnection connection, int minorVersion, RpcCredential credential, String owner, Opaque verifier) {
        this.connection = connection;
        this.minorVersion = minorVersion;
        this.credential = credential;
        this.owner = owner;
        this.verifier = verifier;
        connection.responder(backChannel);
    }

    /** Root, with an owner that nobody else has. */
    static Client41 open(int port, int minorVersion) throws IOException {
        return open(port, minorVersion, RpcCredential.ROOT);
    }

    static Client41 open(int port, int minorVersion, RpcCredential credential) throws IOException {
        return new Client41(RpcConnection.open(port), minorVersion, credential, newOwner(), newVerifier());
    }

    static String newOwner() {
        return "it-" + OWNERS.incrementAndGet();
    }

    static Opaque newVerifier() {
        return Opaque.of(new XdrWriter().u64(OWNERS.incrementAndGet()).toBytes());
    }

    /** The same owner, as after a restart of the client, or one that only reconnected. */
    Client41 again(int port, Opaque itsVerifier) throws IOException {
        return new Client41(RpcConnection.open(port), minorVersion, credential, owner, itsVerifier);
    }

    /** Operations outside of a session. */
    Reply call(Op... ops) {
        return Compound.of(minorVersion, ops).over(connection, credential);
    }

    /** Operations that may be no operations. */
    RpcReply callRaw(Op... ops) {
        return connection.compound(credential, Compound.of(minorVersion, ops).encode());
    }

    Reply callAs(RpcCredential other, Op... ops) {
        return Compound.of(minorVersion, ops).over(connection, other);
    }

    Result.Exchanged exchangeId() {
        return call(SessionOps.exchangeId(verifier, owner, USE_NON_PNFS)).ok().get(Result.Exchanged.class);
    }

    /** Registers the client and makes a session with a back channel. */
    Session newSession() {
        Session session = newSession(SessionOps.Channel.FORE);
        // Before it, nothing that makes state is allowed (RFC 8881, 18.51.3).
        Reply reply = session.call(SessionOps.reclaimComplete(false));
        if (reply.status() != NfsStatus.COMPLETE_ALREADY) {
            reply.ok();
        }
        return session;
    }

    /** As {@link #newSession()}, without saying that there is nothing to reclaim. */
    Session newSession(SessionOps.Channel fore) {
        Result.Exchanged exchanged = exchangeId();
        return newSession(exchanged.clientId(), exchanged.sequence(), fore);
    }

    Session newSession(long clientId, int sequence, SessionOps.Channel fore) {
        Op create =
                SessionOps.createSession(clientId, sequence, SessionOps.BACK_CHANNEL, fore, SessionOps.Channel.BACK);
        return new Session(this, clientId, call(create).ok().get(Result.SessionMade.class));
    }

    /** Leaves nothing of the owner at the server: a new incarnation of it, confirmed and then destroyed. */
    private void forget() {
        Reply reborn = call(SessionOps.exchangeId(newVerifier(), owner, USE_NON_PNFS));
        if (reborn.status() == NfsStatus.OK) {
            Result.Exchanged exchanged = reborn.get(Result.Exchanged.class);
            Session last = newSession(exchanged.clientId(), exchanged.sequence(), SessionOps.Channel.FORE);
            call(SessionOps.destroySession(last.id));
            call(SessionOps.destroyClientId(last.clientId));
        }
    }

    /** Ends the client as one that shuts down; its state does not keep others waiting after a restart of the server. */
    @Override
    public void close() throws IOException {
        if (!connection.isClosed()) {
            forget();
        }
        connection.close();
    }
}
