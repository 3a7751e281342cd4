package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/** A real server of {@code data} on {@code mnt}, both in a folder, that is killed and started again, and what uses it. */
final class MountedServer implements AutoCloseable {
    private final RealLauncher launcher;
    private final Path mount;
    private final Deque<Process> users = new ArrayDeque<>();
    private Process server;

    /** Skips the test where nothing can be mounted. Anybody may come through the folder. */
    MountedServer(Path folder) throws IOException, InterruptedException {
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting wants root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        launcher = new RealLauncher(folder);
        launcher.prepare();
        mount = Files.createDirectory(folder.resolve("mnt"));
        server = serve();
    }

    private Process serve() throws IOException {
        Process process = launcher.start("exec ./ring3 serve --data data --mount mnt --http off --nfs off");
        String first = Objects.requireNonNullElse(lines(process).readLine(), "nothing");
        if (!first.startsWith("Serving data: ")) {
            process.destroyForcibly();
        }
        assertThat(first).startsWith("Serving data: ");
        return process;
    }

    static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Skips the test where one of these programs is not installed. */
    void needs(String... programs) throws IOException, InterruptedException {
        for (String program : programs) {
            assumeTrue(launcher.run("command -v " + program).status() == 0, "no " + program + " here");
        }
    }

    /** Runs shell in the folder to its end, which must be good; gives what it printed. */
    String run(String script) throws IOException, InterruptedException {
        RealLauncher.Result result = launcher.run("set -e; " + script);
        assertThat(result.status()).as("%s%n%s", script, result.text()).isZero();
        return result.text();
    }

    /** The same, for what may fail. */
    int status(String script) throws IOException, InterruptedException {
        return launcher.run(script).status();
    }

    /** Starts shell that is killed in the end, if it still runs. */
    Process start(String script) throws IOException {
        Process process = launcher.start(script);
        users.push(process);
        return process;
    }

    void snapshot(String name) throws IOException, InterruptedException {
        run("./ring3 snapshot create / " + name + " --data data");
    }

    void rollback(String name) throws IOException, InterruptedException {
        run("./ring3 subvolume rollback / /.snapshots/" + name + " --data data");
    }

    /** As a crash of the server: nobody is told, and who has files open there has errors from now on. */
    void kill() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    /** Mounts again, after {@link #kill}. */
    void startAgain() throws IOException, InterruptedException {
        unmount();
        server = serve();
    }

    void killAndStart() throws IOException, InterruptedException {
        kill();
        startAgain();
    }

    private void unmount() throws IOException, InterruptedException {
        new ProcessBuilder("umount", "--lazy", mount.toString()).start().waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Process user : users) {
            user.destroyForcibly().waitFor();
        }
        kill();
        unmount();
    }
}
