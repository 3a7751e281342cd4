package dev.ring3.it.nfs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ring3 serve} in a process of its own, so that it can be killed, with the classes that this test runs with. */
final class LoadedServer implements AutoCloseable {
    private static final long SECONDS_MAX = 120;

    private final Process process;
    private final Path mount;

    LoadedServer(Path data, Path mount, int nfsPort, Path log) throws IOException, InterruptedException {
        this.mount = mount;
        Files.deleteIfExists(log);
        ProcessBuilder command = new ProcessBuilder(List.of(
                        jdk("java"),
                        "-Xmx512m",
                        "-XX:TrimNativeHeapInterval=10000", // as ./ring3 serve has it, and the arenas below
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.ring3.cli.Main",
                        "serve",
                        "--data",
                        data.toString(),
                        "--mount",
                        mount.toString(),
                        "--nfs",
                        "127.0.0.1:" + nfsPort,
                        "--nfs-insecure",
                        "--http",
                        "off",
                        "--memory",
                        "128M"))
                .redirectError(log.toFile());
        command.environment().put("MALLOC_ARENA_MAX", "4");
        process = command.start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String first = lines.readLine();
        if (first == null || !first.startsWith("Serving")) {
            throw new IOException("it does not serve: %s %s".formatted(first, Files.readString(log)));
        }
    }

    private static String jdk(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    private void tell(String what) throws IOException, InterruptedException {
        int status = new ProcessBuilder(jdk("jcmd"), Long.toString(process.pid()), what)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("jcmd %s ended with %d".formatted(what, status));
        }
    }

    /** What it has in memory, in bytes, without what it has only not thrown away yet. */
    long residentBytes() throws IOException, InterruptedException {
        tell("GC.run");
        tell("System.trim_native_heap");
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** SIGKILL, and what the kernel still has of the mount. */
    void kill() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        unmount();
    }

    private void unmount() throws IOException, InterruptedException {
        int _ = new ProcessBuilder("umount", "--lazy", mount.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** SIGTERM; how it ended. */
    int stop() throws InterruptedException, IOException {
        process.destroy();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IOException("it does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            try {
                kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }
}
