package dev.ring3.it.nfs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** nfs-ganesha over a folder of the host, without rpcbind: the second opinion. */
final class Ganesha implements NfsTarget {
    private static final int LEASE_SECONDS = 10;
    private static final long START_SECONDS_MAX = 30;

    private final Path folder;
    private final int port;
    private final boolean graceful;
    private final int leaseSeconds;
    private Process process;

    private Ganesha(Path folder, int port, boolean graceful, int leaseSeconds)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.port = port;
        this.graceful = graceful;
        this.leaseSeconds = leaseSeconds;
        this.process = launch();
    }

    /** {@code graceful}: with a grace period, which delays every start. */
    static Ganesha start(boolean graceful) throws IOException, InterruptedException {
        return start(graceful, LEASE_SECONDS);
    }

    static Ganesha start(boolean graceful, int leaseSeconds) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ganesha.nfsd")), "no nfs-ganesha here");
        assumeTrue("root".equals(System.getProperty("user.name")), "nfs-ganesha wants root");
        Path folder = Files.createTempDirectory("ring3-ganesha");
        Files.createDirectory(folder.resolve("export"));
        Files.createDirectories(Path.of("/var/run/ganesha"));
        return new Ganesha(folder, freePort(), graceful, leaseSeconds);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException, InterruptedException {
        String configuration =
                """
                NFS_CORE_PARAM { NFS_Port = %d; Bind_addr = 127.0.0.1; NFS_Protocols = 4; Enable_NLM = false;
                  Enable_RQUOTA = false; Enable_UDP = false; allow_set_io_flusher_fail = true; }
                NFSv4 { Graceless = %s; Minor_Versions = 0, 1, 2; Delegations = true; Lease_Lifetime = %d; Grace_Period = %d;
                  RecoveryRoot = %s; }
                EXPORT { Export_Id = 1; Path = %s; Pseudo = /; Access_Type = RW; Squash = No_Root_Squash;
                  SecType = sys; Protocols = 4; Transports = TCP; Delegations = RW; FSAL { Name = VFS; } }
                LOG { Default_Log_Level = WARN; }
                """.formatted(port, !graceful, leaseSeconds, leaseSeconds, folder, folder.resolve("export"));
        Path file = Files.writeString(folder.resolve("ganesha.conf"), configuration);
        List<String> command = List.of(
                "/usr/bin/ganesha.nfsd", "-F", "-f", file.toString(), "-L", folder + "/log", "-p", folder + "/pid");
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX); ; Thread.sleep(50)) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return started;
            } catch (IOException e) {
                if (!started.isAlive() || System.nanoTime() > end) {
                    throw new IOException("nfs-ganesha did not start: " + Files.readString(folder.resolve("log")), e);
                }
            }
        }
    }

    @Override
    public int port() {
        return port;
    }

    /** The server's process. */
    ProcessHandle handle() {
        return process.toHandle();
    }

    /** The folder that clients see. */
    Path exported() {
        return folder.resolve("export");
    }

    @Override
    public int leaseSeconds() {
        return leaseSeconds;
    }

    @Override
    public boolean grantsReadDelegations() {
        return false;
    }

    @Override
    public void restart() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = launch();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
