package dev.ring3.server;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a server serves, and how.
 *
 * @param data the data directory; made if it is not there
 * @param mount where the namespace is mounted on this machine; empty for nowhere
 * @param limitBytes the most that the volume may take; {@link Long#MAX_VALUE} for as much as the host has
 */
public record ServerOptions(Path data, Optional<Path> mount, long limitBytes) {
    public ServerOptions {
        data = data.toAbsolutePath().normalize();
        mount = mount.map(path -> path.toAbsolutePath().normalize());
        if (limitBytes <= 0) {
            throw new IllegalArgumentException("a volume of at most " + limitBytes + " bytes");
        }
        if (mount.isPresent() && data.startsWith(mount.get())) {
            throw new IllegalArgumentException(
                    "the data directory %s would be hidden by what is mounted on %s".formatted(data, mount.get()));
        }
    }
}
