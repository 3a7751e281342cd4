package dev.ring3.it.nfs;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsOptions;
import dev.ring3.nfs.NfsServer;
import dev.ring3.nfs.NfsTls;
import dev.ring3.server.DataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Ring3's own server, in this process, over a volume in a folder. */
final class Ring3 implements NfsTarget {
    private static final long MEMORY_BYTES = 64L << 20;

    private final Path folder;
    private final Export export;
    private final int leaseSeconds;
    private final @Nullable NfsTls tls;
    private Volume volume;
    private NfsServer server;
    private final int port;

    private Ring3(Path folder, Export export, int leaseSeconds, @Nullable NfsTls tls) {
        this.folder = folder;
        this.export = export;
        this.leaseSeconds = leaseSeconds;
        this.tls = tls;
        this.volume = openVolume();
        this.server = serve(0);
        this.port = server.address().getPort();
    }

    /** To root too, from any port: what most tests want. */
    private static Export toAll() {
        return Export.LOOPBACK.withInsecure(true).withSquash(Export.Squash.NONE, Export.NOBODY, Export.NOBODY);
    }

    static Ring3 start(int leaseSeconds) throws IOException {
        return start(leaseSeconds, toAll());
    }

    /** One that has TLS for who asks for it. */
    static Ring3 startWithTls(int leaseSeconds, NfsTls tls) throws IOException {
        return start(leaseSeconds, toAll(), tls);
    }

    static Ring3 start(int leaseSeconds, Export export) throws IOException {
        return start(leaseSeconds, export, null);
    }

    private static Ring3 start(int leaseSeconds, Export export, @Nullable NfsTls tls) throws IOException {
        Path folder = Files.createTempDirectory("ring3-nfs");
        Files.createDirectory(folder.resolve("state"));
        return new Ring3(folder, export, leaseSeconds, tls);
    }

    private Volume openVolume() {
        return DataDirectory.open(folder.resolve("data"), "it", Long.MAX_VALUE, MEMORY_BYTES);
    }

    private NfsServer serve(int atPort) {
        NfsOptions options = NfsOptions.loopback(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), atPort), folder.resolve("state"))
                .withExports(List.of(export))
                .withLease(Duration.ofSeconds(leaseSeconds))
                .withTls(tls);
        return NfsServer.start(new Vfs(volume), options);
    }

    /** What an administrator has of it. */
    NfsServer server() {
        return server;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int leaseSeconds() {
        return leaseSeconds;
    }

    @Override
    public boolean grantsReadDelegations() {
        return true;
    }

    @Override
    public void restart() {
        stop();
        volume = openVolume();
        server = serve(port);
    }

    private void stop() {
        server.close();
        volume.close();
    }

    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
