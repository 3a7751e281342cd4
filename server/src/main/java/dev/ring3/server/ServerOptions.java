package dev.ring3.server;

import dev.ring3.fs.volume.VolumeOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a server serves, and how.
 *
 * @param data the data directory; made if it is not there
 * @param mount where the namespace is mounted on this machine; empty for nowhere
 * @param mountForOthers whether other users are let in there also if it is not root who mounts
 * @param limitBytes the most that the volume may take; {@link Long#MAX_VALUE} for as much as the host has
 * @param memoryBytes how much memory the cache of file data may take, as it is needed
 * @param http where HTTP is spoken; empty for nowhere
 * @param httpNames by which names it may be asked there, besides those of the address
 * @param nfs where NFS is spoken, and with whom; empty for nowhere
 * @param hooks whether programs are asked, and can be attached
 */
public record ServerOptions(
        Path data,
        Optional<Path> mount,
        boolean mountForOthers,
        long limitBytes,
        long memoryBytes,
        Optional<InetSocketAddress> http,
        List<String> httpNames,
        Optional<NfsAccess> nfs,
        boolean hooks) {
    /** Less is not worth a cache. */
    public static final long MEMORY_BYTES_MIN = 8 << 20;

    /** More frames cannot be counted. */
    public static final long MEMORY_BYTES_MAX = 4L << 40;

    public ServerOptions {
        data = data.toAbsolutePath().normalize();
        mount = mount.map(path -> path.toAbsolutePath().normalize());
        httpNames = List.copyOf(httpNames);
        if (limitBytes <= 0) {
            throw new IllegalArgumentException("a volume of at most " + limitBytes + " bytes");
        }
        if (memoryBytes < MEMORY_BYTES_MIN || memoryBytes > MEMORY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "%d bytes of memory for file data; --memory takes 8M to 4T".formatted(memoryBytes));
        }
        if (mount.isPresent() && data.startsWith(mount.get())) {
            throw new IllegalArgumentException(
                    "the data directory %s would be hidden by what is mounted on %s".formatted(data, mount.get()));
        }
        if (http.isPresent() && http.get().isUnresolved()) {
            throw new IllegalArgumentException("there is no host \"%s\" to speak HTTP on"
                    .formatted(http.get().getHostString()));
        }
    }

    /** A volume in a data directory that nobody but the control socket reaches. */
    public static ServerOptions of(Path data) {
        return new ServerOptions(
                data,
                Optional.empty(),
                false,
                Long.MAX_VALUE,
                VolumeOptions.DEFAULT.memoryBytes(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                true);
    }

    /** The same mounted on a directory. */
    public ServerOptions withMount(Path directory) {
        return new ServerOptions(
                data, Optional.of(directory), mountForOthers, limitBytes, memoryBytes, http, httpNames, nfs, hooks);
    }

    /** The same whose mount lets other users in also if it is not root who mounts. */
    public ServerOptions withOthersAllowed() {
        return new ServerOptions(data, mount, true, limitBytes, memoryBytes, http, httpNames, nfs, hooks);
    }

    /** The same of a volume that may take this much. */
    public ServerOptions withLimit(long bytes) {
        return new ServerOptions(data, mount, mountForOthers, bytes, memoryBytes, http, httpNames, nfs, hooks);
    }

    /** The same with this much memory for the cache of file data. */
    public ServerOptions withMemory(long bytes) {
        return new ServerOptions(data, mount, mountForOthers, limitBytes, bytes, http, httpNames, nfs, hooks);
    }

    /** The same with HTTP at an address. */
    public ServerOptions withHttp(InetSocketAddress address, List<String> names) {
        return new ServerOptions(
                data, mount, mountForOthers, limitBytes, memoryBytes, Optional.of(address), names, nfs, hooks);
    }

    /** The same with NFS. */
    public ServerOptions withNfs(NfsAccess access) {
        return new ServerOptions(
                data, mount, mountForOthers, limitBytes, memoryBytes, http, httpNames, Optional.of(access), hooks);
    }

    /** The same without any programs, also such as are attached: for when one of them keeps everybody out. */
    public ServerOptions withoutHooks() {
        return new ServerOptions(data, mount, mountForOthers, limitBytes, memoryBytes, http, httpNames, nfs, false);
    }
}
