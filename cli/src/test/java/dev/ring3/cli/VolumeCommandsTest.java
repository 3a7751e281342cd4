package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.cli.CommandLineRun.Result;
import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands on a volume: that they open themselves, and that a server has open. */
class VolumeCommandsTest {
    @TempDir
    private Path folder;

    private Path data;
    private @Nullable Server server;

    @BeforeEach
    void prepare() {
        data = folder.resolve("data");
        Server.start(ServerOptions.of(data)).close(); // makes a volume
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
    }

    private void serve() {
        server = Server.start(ServerOptions.of(data));
    }

    private Result ring3(String line) {
        return ring3("", line);
    }

    private Result ring3(String input, String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
        words.addAll(List.of("--data", data.toString()));
        return new CommandLineRun().input(input).run(words.toArray(String[]::new));
    }

    private String ok(String line) {
        return ok("", line);
    }

    private String ok(String input, String line) {
        Result result = ring3(input, line);
        assertThat(result.err()).as(line).isEmpty();
        assertThat(result.status()).as(line).isEqualTo(ExitCode.OK);
        return result.out();
    }

    /** A volume with something in it. */
    private void fill() {
        ok("subvolume create /p");
        ok("one", "fs put - /p/file");
        ok("snapshot create /p monday");
        ok("another", "fs put - /p/file");
        ok("snapshot create / --writable tuesday");
    }

    @Test
    void snapshot_isSentAndReceived_directlyAndThroughAServer(@TempDir Path streams) throws IOException {
        fill();
        ok("snapshot create /p tuesday");
        Path whole = streams.resolve("whole");
        Path more = streams.resolve("more");
        ok("snapshot send /p/.snapshots/monday --output " + whole);
        byte[] sent = Files.readAllBytes(whole);
        serve();
        ok("snapshot send /p/.snapshots/monday --output " + whole);
        assertThat(whole).as("sent by a server").hasBinaryContent(sent);
        ok("snapshot send /p/.snapshots/tuesday --since /p/.snapshots/monday --output " + more);

        Path cut = Files.write(streams.resolve("cut"), Arrays.copyOf(sent, sent.length - 50));
        Result failed = ring3("", "snapshot receive /back --input " + cut);
        assertThat(failed.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(failed.err()).contains("ends after", "go on with: ring3 snapshot send --resume");
        assertThat(ok("subvolume show /back")).contains("receiving");
        assertThat(ok("snapshot receive /back --input " + whole)).isEqualTo("/back\n");
        assertThat(ok("snapshot receive /next --input " + more)).isEqualTo("/next\n");
        assertThat(ok("fs cat /back/file /next/file")).isEqualTo("oneanother");
        assertThat(ring3("", "snapshot send / --output " + cut).err()).contains("can be written to");

        assertThat(ok("subvolume set /next --read-only off --compression zstd --quota 1G --hold on"))
                .isEqualTo("/next is set\n");
        assertThat(ok("subvolume show /next")).contains("zstd", "of at most 1.0 GiB");
        assertThat(ok("snapshot usage /back /next")).contains("ALONE", "/next");
        assertThat(ok("snapshot create / all --nested")).isEqualTo("/.snapshots/all\n");
        assertThat(ok("snapshot list /next")).contains("/next/.snapshots/all");
    }

    @Test
    void metadata_isBackedUpAndPutBack(@TempDir Path backups) throws IOException {
        fill();
        Path direct = backups.resolve("direct");
        assertThat(ok("fs backup " + direct)).startsWith("metadata of volume ").contains(" records, ");
        assertThat(ring3("fs backup " + direct).err()).contains("is there already");
        serve();
        Path served = backups.resolve("served");
        JsonObject summary = JsonObject.parse(ok("fs backup --json " + served));
        assertThat(summary.text("schema")).isEqualTo("ring3.fs.backup/1");
        assertThat(summary.number("bytes")).isEqualTo(Files.size(served));
        ok("late", "fs put - /p/late");
        assertThat(ring3("fs restore --replace " + served).err()).contains("stop what has it open");
        end();
        server = null;

        assertThat(ring3("fs restore " + served).err()).contains("with --replace it is put aside");
        assertThat(ring3("fs restore --replace " + backups.resolve("none")).status())
                .isEqualTo(ExitCode.USAGE);
        assertThat(ok("fs restore --replace " + served))
                .contains("restored metadata of volume ", "what was there is in ", "all data is there\n");
        assertThat(ok("fs cat /p/file /p/.snapshots/monday/file")).isEqualTo("anotherone");
        assertThat(ring3("fs cat /p/late").status()).isNotEqualTo(ExitCode.OK);

        Path cut = Files.write(
                backups.resolve("cut"), Arrays.copyOf(Files.readAllBytes(served), (int) Files.size(served) - 1));
        assertThat(ring3("fs restore --replace " + cut)).satisfies(result -> {
            assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
            assertThat(result.err()).contains("it ends at offset");
        });
        JsonObject again = JsonObject.parse(ok("fs restore --json --replace " + direct));
        assertThat(again.objects("lost")).isEmpty();
        assertThat(again.text("aside")).endsWith("metadata.before-restore-2");
        ok("fs check");
    }

    @Test
    void repair_ofAWholeVolume_findsNothing_andOfOneThatIsServed_isRefused() {
        fill();
        assertThat(ok("fs check --repair")).isEqualTo("repair: 0 found, 0 left\n");
        serve();
        assertThat(ring3("", "fs check --repair").err()).contains("stop what has it open");
    }

    @Test
    void answers_areTheSameBothWays() {
        fill();
        List<String> lines = List.of(
                "subvolume list",
                "subvolume list --json",
                "subvolume show /p/.snapshots/monday",
                "subvolume show / --json",
                "snapshot list",
                "snapshot list /p --json",
                "snapshot tree",
                "snapshot tree --json",
                "snapshot diff /p/.snapshots/monday /p",
                "snapshot diff /p/.snapshots/monday /p --json",
                "fs ls /p",
                "fs ls --json",
                "fs stat /p/file",
                "fs stat /p/file --json",
                "fs cat /p/file /p/.snapshots/monday/file",
                "fs check",
                "fs scrub");
        lines.forEach(this::ok); // the first reading moves access times
        List<String> direct = lines.stream().map(this::ok).toList();

        serve();

        for (int i = 0; i < lines.size(); i++) {
            assertThat(ok(lines.get(i))).as(lines.get(i)).isEqualTo(direct.get(i));
        }
        assertThat(direct.get(8)).contains("- /file\n", "+ /file\n"); // put puts a new file in its place
        assertThat(direct.get(14)).isEqualTo("anotherone");
        assertThat(JsonObject.parse(direct.get(1)).text("schema")).isEqualTo("ring3.subvolume.list/1");
    }

    @Test
    void refusals_areTheSameBothWays() {
        fill();
        List<String> lines = List.of(
                "subvolume create /p",
                "subvolume create /no/such",
                "subvolume show /p/file",
                "subvolume delete /p",
                "snapshot create /p monday",
                "snapshot delete /p",
                "snapshot diff /p /",
                "fs cat /nothing",
                "fs cat /p",
                "fs ls /p/file",
                "subvolume rollback /p /p/.snapshots/monday --keep-as monday");
        List<Result> direct = lines.stream().map(this::ring3).toList();

        serve();

        for (int i = 0; i < lines.size(); i++) {
            Result served = ring3(lines.get(i));
            assertThat(served.status())
                    .as(lines.get(i))
                    .isEqualTo(direct.get(i).status())
                    .isIn(1, 2);
            assertThat(served.err())
                    .as(lines.get(i))
                    .isEqualTo(direct.get(i).err())
                    .startsWith("ring3: ");
        }
    }

    @Test
    void changes_throughAServer_areThere() throws Exception {
        serve();
        fill();

        assertThat(ok("subvolume rollback /p /p/.snapshots/monday --keep-as before"))
                .isEqualTo("/p shows /p/.snapshots/monday; what it showed before is its snapshot before\n");
        Path out = folder.resolve("out");
        ring3("fs get /p/file " + out);
        assertThat(out).hasContent("one");
        assertThat(ok("snapshot delete /p/.snapshots/monday /p/.snapshots/before"))
                .contains("before is deleted");
        ok("subvolume delete /p");
        ok("subvolume set-default /");
        assertThat(Files.readString(data.resolve("audit.log")).lines().count()).isGreaterThan(8);
    }

    @Test
    void dataDirectory_isItsOwnersAlone() throws Exception {
        serve();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("control.sock"))))
                .isEqualTo("rw-------");
    }

    @Test
    void fsGet_ofWhatIsNotThere_leavesTheFile() throws Exception {
        Path out = Files.writeString(folder.resolve("out"), "before");

        assertThat(ring3("fs get /nothing " + out).status()).isEqualTo(ExitCode.NEGATIVE);

        assertThat(out).hasContent("before");
    }

    @Test
    void commandsForAServer_withoutOne_sayHowToStartIt() {
        for (String line : List.of("status", "login", "token list", "snapshot schedules")) {
            Result result = ring3(line);
            assertThat(result.status()).as(line).isEqualTo(ExitCode.NEGATIVE);
            assertThat(result.err()).as(line).contains("no server has").contains("'ring3 serve' starts");
        }
        assertThat(ring3("mount /mnt").err()).contains("'ring3 serve --mount /mnt'");
    }

    @Test
    void command_afterAServerWasKilled_opensTheVolumeItself() throws Exception {
        // What a killed server leaves behind: a socket that nobody listens at.
        try (var channel = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            channel.bind(java.net.UnixDomainSocketAddress.of(data.resolve("control.sock")));
        }

        assertThat(ok("subvolume list")).contains("subvolume, default");
        serve();
        assertThat(ok("status")).contains("jobs");
    }

    @Test
    void status_ofAServer_saysHowItIs() throws Exception {
        server = Server.start(
                ServerOptions.of(data).withHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of()));

        JsonObject status = JsonObject.parse(ok("status --json"));
        assertThat(status.text("schema")).isEqualTo("ring3.status/1");
        assertThat(status.flag("ready")).isTrue();
        assertThat(ok("login")).startsWith(status.text("http") + "/login?code=");
        assertThat(ok("token create a")).startsWith("r3_");
        assertThat(ok("token list")).contains("a     read");
        assertThat(ok("token create b --receive /backup --keep-days 7")).startsWith("r3_");
        assertThat(ok("token list").lines().toList().getLast()).matches("b +receive +\\S+ +/backup");
        assertThat(ring3("token create c --keep-days 7").err()).contains("--keep-days is of --receive");
        assertThat(ring3("token create c --receive / --admin").status()).isEqualTo(ExitCode.USAGE);
        ok("token revoke a");
        assertThat(ring3("token revoke a").status()).isEqualTo(ExitCode.NEGATIVE);
    }

    @Test
    void status_ofAServerThatLacksAPort_isNegativeAndNamesIt() throws Exception {
        try (var taken = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server = Server.start(ServerOptions.of(data)
                    .withHttp(new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort()), List.of()));

            Result status = ring3("status");

            assertThat(status.status()).isEqualTo(ExitCode.NEGATIVE);
            assertThat(status.out()).contains("problem", "no HTTP on 127.0.0.1:" + taken.getLocalPort());
            assertThat(server.isServing()).isTrue();
            assertThat(ring3("login").err()).contains("--http off");
        }
    }

    @Test
    void schedule_takesSnapshotsAndIsListed() throws Exception {
        serve();

        assertThat(ok("snapshot schedule / --every 1h --keep-hourly 2")).isEqualTo("schedule 1\n");

        while (ok("snapshot list").lines().count() < 2) {
            Thread.sleep(20);
        }
        assertThat(ok("snapshot list")).contains("/.snapshots/auto-1-");
        assertThat(ok("snapshot schedules")).contains("1   1h     2       0      0");
        assertThat(ring3("snapshot schedule / --every 1s").status()).isEqualTo(ExitCode.USAGE);
        ok("snapshot unschedule 1");
        assertThat(ok("snapshot schedules --json")).contains("\"schedules\": []");
    }

    @Test
    void serve_printsItsSettings_lineOverVariableOverFile() throws Exception {
        Path file = Files.writeString(folder.resolve("conf"), "http = 127.0.0.1:1\nlimit=20G\nmount=/m\n");

        Result result = new CommandLineRun()
                .variable("RING3_SERVE_HTTP", "127.0.0.1:2")
                .variable("RING3_SERVE_LIMIT", "30G")
                .run("serve", "--print-config", "--limit", "40G", "--config", file.toString());

        assertThat(result.out())
                .contains("http = 127.0.0.1:2\n", "limit = 40G\n", "mount = /m\n", "data = ring3-data\n");
        Files.writeString(file, "htp = off");
        Result wrong = CommandLineRun.ring3("serve", "--config=" + file);
        assertThat(wrong.status()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("sets \"htp\"; there are data, ");
        assertThat(CommandLineRun.ring3("serve", "--config", "/no/such").status())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void doctor_saysWhatFollows() {
        Result text = CommandLineRun.ring3("doctor");
        JsonObject json =
                JsonObject.parse(CommandLineRun.ring3("doctor", "--json").out());

        assertThat(text.status()).isIn(ExitCode.OK, ExitCode.UNSUPPORTED);
        assertThat(text.out()).contains("JDK", "port 8033");
        assertThat(json.text("schema")).isEqualTo("ring3.doctor/1");
        assertThat(json.objects("checks"))
                .filteredOn(check -> check.text("state").equals("missing"))
                .allSatisfy(check -> assertThat(check.text("means")).isNotEmpty());
    }

    @ParameterizedTest
    @CsvSource({"90s,90", "15m,900", "1h,3600", "2d,172800", "1w,604800"})
    void timeSpan_isReadAndWritten(String text, long seconds) {
        assertThat(new TimeSpan().convert(text).seconds()).isEqualTo(seconds);
        assertThat(TimeSpan.text(seconds)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:80,/127.0.0.1:80", ":0,/127.0.0.1:0", "[::1]:443,/[0:0:0:0:0:0:0:1]:443"})
    void listenAddress_isRead(String text, String address) {
        assertThat(new ListenAddress().convert(text).address()).hasToString(address);
    }

    @ParameterizedTest
    @CsvSource({"80", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:x", "[::1:80", "a b:80"})
    void listenAddress_thatIsNone_isRefused(String text) {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new ListenAddress().convert(text)))
                .isInstanceOf(picocli.CommandLine.TypeConversionException.class);
    }
}
