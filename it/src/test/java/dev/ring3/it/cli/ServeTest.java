package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ring3 serve} as its users have it: on a disk, mounted, stopped, killed, started again, and started wrongly. */
class ServeTest {
    private static final long SECONDS_MAX = 60;

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private RealLauncher launcher;
    private Path mount;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting wants root");
        launcher = new RealLauncher(folder);
        launcher.prepare();
        mount = Files.createDirectory(folder.resolve("mnt"));
    }

    @AfterEach
    void end() throws Exception {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        if (mount != null) {
            new ProcessBuilder("umount", "--lazy", mount.toString()).start().waitFor();
        }
    }

    @Test
    void serve_stoppedAndStartedAgain_hasEverything() throws Exception {
        Process first = serve();
        Files.createDirectories(mount.resolve("a/b"));
        byte[] content = content(1_000_000);
        Files.write(mount.resolve("a/b/file"), content);
        Files.createSymbolicLink(mount.resolve("link"), Path.of("a/b/file"));
        long begin = System.nanoTime();
        assertThat(stop(first, "TERM")).isEqualTo(143);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(10);
        assertThat(mount).isEmptyDirectory();

        Process second = serve();
        assertThat(Files.readAllBytes(mount.resolve("link"))).isEqualTo(content);
        assertThat(stop(second, "INT")).isEqualTo(130);
    }

    @Test
    void serve_killed_hasWhatWasSynced() throws Exception {
        Process first = serve();
        String script = "cd mnt && for i in $(seq 200); do echo $i > f$i; done && sync f* && echo later > later";
        assertThat(launcher.run(script).status()).isZero();
        first.destroyForcibly().waitFor();

        Process second = serve(); // which takes away what the first left behind
        for (int i = 1; i <= 200; i++) {
            assertThat(mount.resolve("f" + i)).hasContent(i + System.lineSeparator());
        }
        stop(second, "TERM");
    }

    @Test
    void serve_ofDataThatIsServed_orWhereAnotherIsMounted_isRefusedWithTheHoldersName() throws Exception {
        Process first = serve();
        Files.createDirectory(folder.resolve("other"));

        RealLauncher.Result second = launcher.run("./ring3 serve --data data --mount other");

        assertThat(second.status()).isEqualTo(2);
        assertThat(second.text()).contains("EBUSY").contains("process ");

        RealLauncher.Result covering = launcher.run("./ring3 serve --data more --mount mnt");

        assertThat(covering.status()).isEqualTo(2);
        assertThat(covering.text()).contains("where the server of " + folder.resolve("data") + " is mounted");
        assertThat(first.isAlive()).isTrue();
        stop(first, "TERM");
    }

    @Test
    void serve_unmountedBySomebodyElse_endsWithEverythingDurable() throws Exception {
        Process server = serve("--http off --nfs off");
        Files.writeString(mount.resolve("file"), "content");
        assertThat(new ProcessBuilder("umount", mount.toString()).start().waitFor())
                .isZero();

        assertThat(server.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        Process again = serve();
        assertThat(mount.resolve("file")).hasContent("content");
        stop(again, "TERM");
    }

    @Test
    void serve_withoutADirectoryToMountOn_saysSoAndServesNothing() throws Exception {
        RealLauncher.Result result = launcher.run("./ring3 serve --data data --mount nowhere");

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.text()).contains("nowhere").contains("ENOENT");
    }

    @Test
    void serve_killed_isAskedNoMore_andItsMountIsCleanedUp() throws Exception {
        Process first = serve();
        assertThat(ring3("status").text()).contains(mount.toString());
        first.destroyForcibly().waitFor();

        assertThat(ring3("status").status()).isEqualTo(1);
        assertThat(ring3("subvolume create /direct").status()).isZero();
        RealLauncher.Result foreign = launcher.run("./ring3 serve --data more --mount mnt");
        assertThat(foreign.status()).isEqualTo(2);
        assertThat(foreign.text()).contains("where a dead mount is, of " + folder.resolve("data"));
        assertThat(ring3("mount --cleanup mnt").text()).contains("its server was gone");

        Process second = serve();
        assertThat(mount.resolve("direct")).isDirectory();
        assertThat(ring3("mount --cleanup mnt").status()).isEqualTo(1);
        stop(second, "TERM");
    }

    /** Whenever the signal comes, there is no mount left that nobody answers. */
    @Test
    void serve_stoppedWhileItStarts_leavesNoMount() throws Exception {
        Process server = launcher.start("exec ./ring3 serve --data data --mount mnt --http off --nfs off");
        started.add(server);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (!Files.exists(folder.resolve("data/metadata")) && System.nanoTime() < end) {
            Thread.sleep(1);
        }

        assertThat(stop(server, "TERM")).isEqualTo(143);

        assertThat(ring3("mount --cleanup mnt").text()).contains("nothing is mounted on");
        assertThat(ring3("fs check").status()).isZero();
    }

    @Test
    void serve_ofADirectoryWithOtherThings_isRefused() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("other")).resolve("notes.txt"), "x");

        RealLauncher.Result result = launcher.run("./ring3 serve --data other --mount mnt");

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.text()).contains("notes.txt").contains("no volume");
    }

    @Test
    void serve_thatIsUsed_stopsAllTheSame() throws Exception {
        Process server = serve();
        Files.createDirectory(folder.resolve("other"));
        assertThat(ring3("mount other").status()).isZero();
        Files.writeString(folder.resolve("other/file"), "content");
        Process user = launcher.start("cd mnt && exec sleep 600");
        started.add(user);
        Process listener = launcher.start("exec curl -sN --unix-socket data/control.sock http://ring3/api/v1/events");
        started.add(listener);
        assertThat(listener.getInputStream().read()).isEqualTo(':');

        long begin = System.nanoTime();
        assertThat(stop(server, "TERM")).isEqualTo(143);

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(10);
        assertThat(folder.resolve("other")).isEmptyDirectory();
        assertThat(mount).isEmptyDirectory();
        assertThat(folder.resolve("data/control.sock")).doesNotExist();
        assertThat(ring3("fs cat /file").text()).isEqualTo("content");
    }

    @Test
    void serve_whereAPortIsTaken_servesTheRestAndSaysSo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process server = serve("--nfs off --http 127.0.0.1:" + taken.getLocalPort());

            assertThat(ring3("status").text()).contains("no HTTP on 127.0.0.1:" + taken.getLocalPort());
            Files.writeString(mount.resolve("file"), "content");
            assertThat(stop(server, "TERM")).isEqualTo(143);
        }
    }

    private RealLauncher.Result ring3(String line) throws Exception {
        return launcher.run("./ring3 " + line + " --data data");
    }

    private Process serve() throws IOException {
        return serve("--http 127.0.0.1:0 --nfs 127.0.0.1:0");
    }

    private Process serve(String options) throws IOException {
        Process process = launcher.start("exec ./ring3 serve --data data --mount mnt " + options);
        started.add(process);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(Objects.requireNonNullElse(lines.readLine(), "nothing")).startsWith("Serving data: ");
        return process;
    }

    private static int stop(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (i * 31 + i / 4096);
        }
        return content;
    }
}
