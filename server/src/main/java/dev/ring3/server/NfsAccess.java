package dev.ring3.server;

import dev.ring3.nfs.ClientNetwork;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * With whom NFS is spoken. Root there is nobody here, and only privileged ports are believed to say who somebody is.
 *
 * @param address where
 * @param clients addresses and networks that may: {@code 10.0.0.0/8}; empty for this machine alone
 * @param insecure whether any port is believed
 */
public record NfsAccess(InetSocketAddress address, List<String> clients, boolean insecure) {
    public NfsAccess {
        clients = List.copyOf(clients);
        clients.forEach(ClientNetwork::parse);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "there is no host \"%s\" to speak NFS on".formatted(address.getHostString()));
        }
        if (!address.getAddress().isLoopbackAddress() && clients.isEmpty()) {
            throw new IllegalArgumentException("NFS on %s reaches other machines: say which of them may come"
                    .formatted(address.getAddress().getHostAddress()));
        }
    }

    NfsOptions options(Path stateDirectory) {
        Export export = clients.isEmpty()
                ? Export.LOOPBACK
                : Export.LOOPBACK.withClients(
                        clients.stream().map(ClientNetwork::parse).toList());
        return NfsOptions.loopback(address, stateDirectory).withExports(List.of(export.withInsecure(insecure)));
    }
}
