package dev.ring3.nfs;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a server serves.
 *
 * @param address where it listens; port 0 for any
 * @param stateDirectory where it keeps what outlives it: who had state, for the grace period; must exist
 * @param exports what is served: one at {@code /}, or any number elsewhere, none below another
 * @param lease how long a client may be silent before others may have what it holds; also the grace period
 * @param courtesy how long state of a silent client is kept as long as nobody else wants it
 * @param tls null for no TLS
 */
public record NfsOptions(
        InetSocketAddress address,
        Path stateDirectory,
        List<Export> exports,
        Duration lease,
        Duration courtesy,
        @Nullable NfsTls tls) {
    /** As most servers have it. */
    public static final Duration LEASE = Duration.ofSeconds(90);

    private static final Duration COURTESY = Duration.ofMinutes(30);

    public NfsOptions {
        exports = List.copyOf(exports);
        Export.requireDisjoint(exports);
        if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a lease of " + lease);
        }
    }

    /** The volume, for this machine alone. */
    public static NfsOptions loopback(InetSocketAddress address, Path stateDirectory) {
        return new NfsOptions(address, stateDirectory, List.of(Export.LOOPBACK), LEASE, COURTESY, null);
    }

    public NfsOptions withExports(List<Export> others) {
        return new NfsOptions(address, stateDirectory, others, lease, courtesy, tls);
    }

    public NfsOptions withLease(Duration value) {
        return new NfsOptions(address, stateDirectory, exports, value, courtesy, tls);
    }

    public NfsOptions withCourtesy(Duration value) {
        return new NfsOptions(address, stateDirectory, exports, lease, value, tls);
    }

    public NfsOptions withTls(@Nullable NfsTls value) {
        return new NfsOptions(address, stateDirectory, exports, lease, courtesy, value);
    }
}
