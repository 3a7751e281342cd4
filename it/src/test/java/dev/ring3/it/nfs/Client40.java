package dev.ring3.it.nfs;

import java.io.IOException;

/** A client of NFSv4.0 (RFC 7530): a confirmed client id, and owners whose requests are numbered. */
final class Client40 implements AutoCloseable {
    final RpcConnection connection;
    final RpcCredential credential;
    final String id;
    final Opaque verifier;
    private long clientId;

    private Client40(RpcConnection connection, RpcCredential credential, String id, Opaque verifier) {
        this.connection = connection;
        this.credential = credential;
        this.id = id;
        this.verifier = verifier;
    }

    /** Registered and confirmed, without callbacks. */
    static Client40 open(int port) throws IOException {
        Client40 client = unregistered(port, Client41.newOwner(), Client41.newVerifier());
        client.register("tcp", "0.0.0.0.0.0");
        return client;
    }

    static Client40 unregistered(int port, String id, Opaque verifier) throws IOException {
        return new Client40(RpcConnection.open(port), RpcCredential.ROOT, id, verifier);
    }

    /** SETCLIENTID with that callback address, and its confirmation. */
    void register(String netId, String address) {
        Result.ClientId made =
                call(SessionOps.setClientId(verifier, id, netId, address)).ok().get(Result.ClientId.class);
        call(SessionOps.setClientIdConfirm(made.clientId(), made.verifier())).ok();
        clientId = made.clientId();
    }

    long clientId() {
        return clientId;
    }

    Reply call(Op... ops) {
        return Compound.of(0, ops).over(connection, credential);
    }

    OpenOwner owner(String name) {
        return new OpenOwner(this, Ops.Owner.of(clientId, name));
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    /** An open owner and the number of its next request (RFC 7530, 9.1.7). */
    static final class OpenOwner {
        private final Client40 client;
        final Ops.Owner owner;
        private int seqid;

        private OpenOwner(Client40 client, Ops.Owner owner) {
            this.client = client;
            this.owner = owner;
        }

        /** The number for the next request, which then counts as sent. */
        int next() {
            return ++seqid;
        }

        int last() {
            return seqid;
        }

        /** Opens in the directory and confirms if the server asks for it; the stateid to go on with. */
        StateId open(Opaque directory, Open open) {
            Reply reply = client.call(Ops.putFh(directory), open.seqid(next()).op(), Ops.getFh());
            Result.Opened opened = reply.opened();
            if ((opened.flags() & 2) == 0) {
                return opened.stateId();
            }
            Op confirm = Ops.openConfirm(opened.stateId(), next());
            return client.call(Ops.putFh(reply.handle()), confirm).stateId();
        }

        Open by() {
            return Open.by(owner);
        }
    }
}
