package dev.ring3.bench.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bench.bpf.PeerCommand.Answer;
import dev.ring3.bench.bpf.PeerCommand.PeerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerCommandTest {
    @TempDir
    private Path directory;

    private PeerCommand peer(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("peer.sh"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new PeerCommand("peer", List.of(file.toString(), "--option"));
    }

    private Answer run(PeerCommand peer, byte[] memory) throws PeerException, InterruptedException {
        return peer.run(new byte[] {(byte) 0xb7, 0, 0x2a}, memory, 7, directory, 20);
    }

    @Test
    void commandLine_nameAndWords_areTold() {
        assertThat(PeerCommand.parse("ubpf=/opt/ubpf/run --jit"))
                .isEqualTo(new PeerCommand("ubpf", List.of("/opt/ubpf/run", "--jit")));
        for (String wrong : List.of("ubpf", "=run", "ubpf=", "ubpf= ")) {
            assertThatThrownBy(() -> PeerCommand.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void peer_getsMemoryAndProgramAsTheProtocolHasThem() throws Exception {
        PeerCommand peer = peer("read program; echo \"$1|$2|$3|$program\" >&2; exit 1");
        assertThatThrownBy(() -> run(peer, new byte[] {1, (byte) 0xff}))
                .isInstanceOf(PeerException.class)
                .hasMessage("01  ff  |--option||b7  00  2a"); // without --repeat, which it did not know either
    }

    @Test
    void peerThatRepeats_tellsResultAndTime() throws Exception {
        PeerCommand peer = peer("[ \"$*\" = '--option --repeat 7' ] && printf '0x2a\\nns_per_run 12.5\\n'");
        assertThat(run(peer, new byte[0])).isEqualTo(new Answer(42, OptionalDouble.of(12.5)));
    }

    @Test
    void peerThatKnowsNoRepetition_tellsResult() throws Exception {
        PeerCommand peer = peer("[ $# = 2 ] || exit 2; echo ffffffffffffffff");
        assertThat(run(peer, new byte[] {1})).isEqualTo(new Answer(-1, OptionalDouble.empty()));
    }

    @Test
    void peerThatIsWrong_isTold() throws Exception {
        assertThatThrownBy(() -> run(peer("echo nonsense"), new byte[0])).hasMessageContaining("nonsense");
        assertThatThrownBy(() -> run(peer("true"), new byte[0])).hasMessageContaining("nothing");
        PeerCommand absent =
                new PeerCommand("peer", List.of(directory.resolve("absent").toString()));
        assertThatThrownBy(() -> run(absent, new byte[0])).isInstanceOf(PeerException.class);
    }

    @Test
    void peerThatDoesNotEnd_isStopped() throws Exception {
        PeerCommand peer = peer("exec sleep 60");
        assertThatThrownBy(() -> peer.run(new byte[] {0}, new byte[0], 1, directory, 1))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("no end");
    }
}
