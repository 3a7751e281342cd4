package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.cli.CommandLineRun.Result;
import dev.ring3.server.NfsAccess;
import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What NFS exports, changed by commands; that clients see it, a test of {@code it} says. */
class ExportCommandsTest {
    @TempDir
    private Path data;

    private Result ring3(String line) {
        return new CommandLineRun().run((line + " --data " + data).split(" ", -1));
    }

    private String ok(String line) {
        Result result = ring3(line);
        assertThat(result.err()).as(line).isEmpty();
        assertThat(result.status()).as(line).isEqualTo(ExitCode.OK);
        return result.out();
    }

    private Server serve() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return Server.start(ServerOptions.of(data).withNfs(new NfsAccess(any, List.of(), true)));
    }

    @Test
    void lease_thatIsTooShortOrTooLong_isAMistake() {
        for (String lease : List.of("9s", "2h")) {
            Result result = ring3("serve --nfs-lease " + lease);
            assertThat(result.status()).isEqualTo(ExitCode.USAGE);
            assertThat(result.err()).contains("from 10 to 3600");
        }
    }

    @Test
    void exports_areListedAddedChangedAndRemoved_andKept() {
        try (Server _ = serve()) {
            ok("subvolume create /p");
            assertThat(ok("export list")).contains("nfs").contains("rw,insecure,squash=root");
            Result beside = ring3("export add /p");
            assertThat(beside.status()).isEqualTo(ExitCode.USAGE);
            assertThat(beside.err()).contains("/ alone, or subvolumes");
            ok("export remove /");
            assertThat(ok("export list --json")).contains("\"exports\": []");
            ok("export add /p --read-only=on --client 10.0.0.0/8,10.1.2.3 --squash all");
            assertThat(ok("export list")).contains("ro,squash=all").contains("10.0.0.0/8,10.1.2.3");
            ok("export set /p --read-only=off --async=on");
            assertThat(ring3("export set /p --squash some").status()).isEqualTo(ExitCode.USAGE);
            assertThat(ring3("export add /none").status()).isEqualTo(ExitCode.NEGATIVE);
        }
        try (Server _ = serve()) {
            assertThat(ok("export list")).contains("rw,async,squash=all").contains("/p");
            ok("export reset");
            assertThat(ok("export list")).contains("rw,insecure,squash=root").doesNotContain("/p");
        }
        try (Server _ = Server.start(ServerOptions.of(data))) {
            assertThat(ring3("export remove /").status()).isEqualTo(ExitCode.NEGATIVE);
            assertThat(ring3("export add /p").err()).contains("there is no NFS");
        }
    }
}
