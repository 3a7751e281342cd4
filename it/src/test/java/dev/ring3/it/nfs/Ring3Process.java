package dev.ring3.it.nfs;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsOptions;
import dev.ring3.nfs.NfsServer;
import dev.ring3.server.DataDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Ring3's NFS server in a process of its own, so that what it takes of the processors can be told from the client's share. */
final class Ring3Process implements AutoCloseable {
    /** So that what clients write may wait in memory until they commit it, as it may in the kernel's page cache. */
    private static final long MEMORY_BYTES = 2L << 30;

    /** For who looks into it: {@code -XX:StartFlightRecording=...}. */
    private static final List<String> MORE_OPTIONS = Arrays.stream(
                    System.getProperty("ring3.nfs.load.jvm", "").split(" "))
            .filter(option -> !option.isEmpty())
            .toList();

    private static final String READY = "port ";

    private final Path folder;
    private final Process process;
    private final BufferedReader output;
    private final int port;

    private Ring3Process(Path folder, Process process) throws IOException {
        this.folder = folder;
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.startsWith(READY)) {
            line = output.readLine(); // what the virtual machine says
        }
        if (line == null) {
            throw new IOException("the server did not start");
        }
        this.port = Integer.parseInt(line.substring(READY.length()));
    }

    /** {@code async}: names are answered before they are durable. */
    static Ring3Process start(boolean async) throws IOException {
        Path folder = Files.createTempDirectory("ring3-load");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC"); // as ./ring3 starts
        command.addAll(MORE_OPTIONS);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Ring3Process.class.getName(), folder.toString(), Boolean.toString(async)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Ring3Process(folder, process);
    }

    int port() {
        return port;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Serves until its input ends: a folder to keep the volume in, and whether the export is asynchronous. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Path state = Files.createDirectories(folder.resolve("state"));
        Export export = Export.LOOPBACK
                .withInsecure(true)
                .withSquash(Export.Squash.NONE, Export.NOBODY, Export.NOBODY)
                .withAsync(Boolean.parseBoolean(arguments[1]));
        try (Volume volume = DataDirectory.open(folder.resolve("data"), "load", Long.MAX_VALUE, MEMORY_BYTES);
                NfsServer server = NfsServer.start(new Vfs(volume), options(state, export))) {
            System.out.println(READY + server.address().getPort());
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        }
    }

    private static NfsOptions options(Path state, Export export) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return NfsOptions.loopback(any, state).withExports(List.of(export));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
