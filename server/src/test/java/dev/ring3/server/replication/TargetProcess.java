package dev.ring3.server.replication;

import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, so that it can be killed. */
final class TargetProcess implements AutoCloseable {
    private static final String READY = "serves";
    private static final long SECONDS_MAX = 60;

    private final Process process;

    private TargetProcess(Process process) {
        this.process = process;
    }

    /** @param name by which it may be asked besides its address */
    static TargetProcess start(Path data, int port, String name) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        TargetProcess.class.getName(),
                        data.toString(),
                        Integer.toString(port),
                        name)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.startsWith(READY)) {
            line = output.readLine(); // what the virtual machine says
        }
        if (line == null) {
            throw new IOException("the server did not start");
        }
        return new TargetProcess(process);
    }

    /** All that this JVM has, whether it found it as modules or as classes. */
    private static String classPath() {
        return String.join(
                File.pathSeparator,
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""),
                TargetProcess.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath());
    }

    /** Serves until its input ends: a data directory, a port, a name. */
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
        try (Server server =
                Server.start(ServerOptions.of(Path.of(arguments[0])).withHttp(address, List.of(arguments[2])))) {
            System.out.println(READY + server.problems());
            int _ = System.in.read();
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets it stop. */
    void stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IOException("it does not end");
        }
    }

    @Override
    public void close() {
        kill();
    }
}
