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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replications as people ask for them, between two servers. */
class ReplicationCommandsTest {
    @TempDir
    private Path folder;

    private Server here;
    private Server there;
    private String url = "";

    @BeforeEach
    void start() throws IOException {
        here = Server.start(ServerOptions.of(folder.resolve("here")));
        there = Server.start(ServerOptions.of(folder.resolve("there"))
                .withHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of()));
        url = JsonObject.parse(ok("there", "status --json")).text("http");
        Files.writeString(folder.resolve("token"), ok("there", "token create here --admin"));
        ok("here", "subvolume create /p");
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
    }

    private Result ring3(String data, String line) {
        String[] words = (line + " --data " + folder.resolve(data)).split(" ", -1);
        return new CommandLineRun().input("one").run(words);
    }

    private String ok(String data, String line) {
        Result result = ring3(data, line);
        assertThat(result.err()).as(line).isEmpty();
        assertThat(result.status()).as(line).isEqualTo(ExitCode.OK);
        return result.out();
    }

    private String add(String more) {
        return "replication add /p --to %s --into /copies --token-file %s%s"
                .formatted(url, folder.resolve("token"), more);
    }

    @Test
    void replication_isAddedRunListedChangedAndRemoved() {
        ok("here", "fs put - /p/file");
        assertThat(ok("here", add(" --keep-daily 7"))).isEqualTo("replication 1\n");

        String first = ok("here", "replication run 1");
        String second = ok("here", "replication run 1");

        assertThat(first).matches("(?s)replica-\\S+: .* sent\n");
        assertThat(second).contains(" since " + first.substring(0, first.indexOf(':')));
        String copy = second.substring(0, second.indexOf(' '));
        assertThat(ok("there", "fs cat /copies/%s/file".formatted(copy))).isEqualTo("one");
        assertThat(ok("here", "replication list"))
                .contains("/p")
                .contains(url + "/copies")
                .doesNotContain("r3_");
        assertThat(ok("here", "replication set 1 --keep-weekly 4 --bandwidth 1M"))
                .isEqualTo("replication 1 is changed\n");
        JsonObject listed = JsonObject.parse(ok("here", "replication list --json"))
                .objects("replications")
                .getFirst();
        assertThat(listed.number("keepWeekly")).isEqualTo(4);
        assertThat(listed.number("bytesPerSecond")).isEqualTo(1 << 20);
        assertThat(listed.number("keepDaily")).isEqualTo(7);
        assertThat(ok("here", "subvolume list")).contains("replica-");
        ok("here", "replication remove 1");
        assertThat(ok("here", "replication list --json")).contains("\"replications\": []");
        assertThat(ok("here", "subvolume list")).doesNotContain("replica-");
    }

    @Test
    void replication_thatFails_isToldAndExitsSo() {
        ok("here", add(""));
        ok("there", "token revoke here");

        Result failed = ring3("here", "replication run 1");

        assertThat(failed.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(failed.out()).contains("failed: " + url).contains("this token is not known");
        assertThat(ring3("here", "status").out()).contains("this token is not known");
    }

    @Test
    void replication_thatCannotBe_isAMistake() {
        Result far = ring3("here", add("").replace(url, "http://10.0.0.7"));
        assertThat(far.status()).isEqualTo(ExitCode.USAGE);
        assertThat(far.err()).contains("another machine");
        assertThat(ring3("here", add("").replace("/token", "/none")).err()).contains("cannot be read");
        assertThat(ring3("here", "replication run 7").status()).isEqualTo(ExitCode.NEGATIVE);
    }
}
