package dev.ring3.nfs;

import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.op.Compounds;
import dev.ring3.nfs.op.Exports;
import dev.ring3.nfs.op.Identities;
import dev.ring3.nfs.op.Service;
import dev.ring3.nfs.rpc.RpcLimits;
import dev.ring3.nfs.rpc.RpcServer;
import dev.ring3.nfs.rpc.TlsPolicy;
import dev.ring3.nfs.state.NfsState;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** An NFS server that runs. The package comment says what it serves and how. */
public final class NfsServer implements AutoCloseable {
    private final NfsState state;
    private final RpcServer rpc;

    private NfsServer(NfsState state, RpcServer rpc) {
        this.state = state;
        this.rpc = rpc;
    }

    /**
     * Begins to serve a namespace.
     *
     * @throws java.io.UncheckedIOException if the address cannot be had, or the state directory not read or written
     * @throws dev.ring3.fs.FsException EUCLEAN for a damaged file in the state directory
     * @throws IllegalArgumentException for an export that is no subvolume
     */
    public static NfsServer start(Vfs vfs, NfsOptions options) {
        Exports exports = new Exports(vfs, options.exports());
        NfsState state = new NfsState(vfs, options.stateDirectory(), options.lease(), options.courtesy());
        Identities identities = new Identities(Path.of("/etc/passwd"), Path.of("/etc/group"));
        try {
            Compounds program = new Compounds(new Service(vfs, exports, state, identities));
            NfsTls tls = options.tls();
            TlsPolicy policy = tls == null ? null : new TlsPolicy(tls.context(), tls.required());
            return new NfsServer(state, RpcServer.start(options.address(), program, RpcLimits.DEFAULT, policy));
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return rpc.address();
    }

    /** Whether clients still may claim what they held before a restart, and nobody gets anything new. */
    public boolean isInGrace() {
        return state.grace().isOn();
    }

    /** The clients that are known, about now. */
    public List<NfsClientInfo> clients() {
        return state.clientInfos();
    }

    /** What a client holds, about now: open files, locks, delegations, copies; nothing for one that is not known. */
    public List<NfsHolding> holdings(long clientId) {
        return state.holdings(clientId);
    }

    /**
     * Ends a client: its sessions, opens, locks and delegations are gone, as if its lease had run out. It is not kept from
     * coming back, as a new client that holds nothing.
     *
     * @param client as {@link NfsClientInfo#fsClient} has it
     * @return whether it was there
     */
    public boolean evict(Client client) {
        return state.evict(client);
    }

    /** Stops: ends every connection, lets operations finish, lets go of what clients hold, makes everything durable. */
    @Override
    public void close() {
        rpc.close();
        state.close();
    }
}
