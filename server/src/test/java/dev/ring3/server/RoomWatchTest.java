package dev.ring3.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.VolumeSpace;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomWatchTest {
    @TempDir
    private Path folder;

    private RoomWatch watch(long availableBytes) {
        return new RoomWatch(folder, () -> new VolumeSpace(5 << 20, availableBytes, availableBytes, 1, 1, 4096));
    }

    @Test
    void volume_withRoom_hasNoProblem() {
        assertThat(watch(4096).problem()).isEmpty();
    }

    @Test
    void volume_thatIsFull_saysWhoBoundsIt() {
        assertThat(watch(0).problem())
                .hasValueSatisfying(line ->
                        assertThat(line).startsWith("nothing can be written: 5 MiB are what the volume may take"));
    }

    @Test
    void status_ofAServerWithoutRoom_saysSo() {
        try (Server server =
                Server.start(ServerOptions.of(folder.resolve("data")).withLimit(1))) {
            assertThat(server.problems()).anyMatch(line -> line.startsWith("nothing can be written"));
        }
    }
}
