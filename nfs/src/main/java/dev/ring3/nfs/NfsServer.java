package dev.ring3.nfs;

import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.op.Compounds;
import dev.ring3.nfs.op.ExportTable;
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
    private final ExportTable exports;
    private final RpcServer rpc;

    private NfsServer(NfsState state, ExportTable exports, RpcServer rpc) {
        this.state = state;
        this.exports = exports;
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
        Exports first = new Exports(vfs, options.exports(), null);
        NfsState state = new NfsState(vfs, options.stateDirectory(), options.lease(), options.courtesy());
        Identities identities = new Identities(Path.of("/etc/passwd"), Path.of("/etc/group"));
        try {
            ExportTable exports = new ExportTable(state, first);
            Compounds program = new Compounds(new Service(vfs, exports, state, identities));
            NfsTls tls = options.tls();
            TlsPolicy policy = tls == null ? null : new TlsPolicy(tls.context(), tls.required());
            return new NfsServer(
                    state, exports, RpcServer.start(options.address(), program, RpcLimits.DEFAULT, policy));
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return rpc.address();
    }

    /** What is exported now. */
    public List<Export> exports() {
        return exports.all();
    }

    /**
     * Exports these from now on, in place of those before; there may be none. Clients of what stays notice nothing, but that
     * delegations are asked back where an export gives something else than before. Of an export that is gone, or that a
     * client may not have any more, filehandles are stale or refused at once, and what clients held under it, opens, locks,
     * delegations and copies, is taken from them before this returns. A call that was being worked on may still be answered
     * under the exports that it began with.
     *
     * @throws IllegalArgumentException for an export that is no subvolume, two exports of one, or one where another is or
     *     below it; then nothing changed
     */
    public void setExports(List<Export> others) {
        Export.requireDisjoint(others);
        exports.replace(others);
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
