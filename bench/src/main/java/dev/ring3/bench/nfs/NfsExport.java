package dev.ring3.bench.nfs;

import dev.ring3.bench.measure.Scratch;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsOptions;
import dev.ring3.nfs.NfsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A namespace that this process exports by NFS to this machine, root being root. */
public final class NfsExport implements AutoCloseable {
    private static final Export EXPORT =
            Export.LOOPBACK.withSquash(Export.Squash.NONE, 0, 0).withInsecure(true);

    private final Scratch state;
    private final NfsServer server;

    private NfsExport(Scratch state, NfsServer server) {
        this.state = state;
        this.server = server;
    }

    /** Serves it on any free port. */
    public static NfsExport start(Vfs vfs) {
        Scratch state = Scratch.create();
        try {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            NfsOptions options = NfsOptions.loopback(any, state.path()).withExports(List.of(EXPORT));
            return new NfsExport(state, NfsServer.start(vfs, options));
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
    }

    public int port() {
        return server.address().getPort();
    }

    /** A client of it. */
    public NfsClient connect() {
        return new NfsClient(server.address());
    }

    @Override
    public void close() {
        try (state) {
            server.close();
        }
    }
}
