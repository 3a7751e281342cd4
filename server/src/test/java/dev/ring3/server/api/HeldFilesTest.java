package dev.ring3.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.server.api.HeldFiles.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has what open, read from a /proc that is made here; {@code it} asks the real one through a mount. */
class HeldFilesTest {
    @TempDir
    private Path proc;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(proc.resolve("7/fd"));
        Files.createDirectories(proc.resolve("8/fd"));
        Files.createDirectory(proc.resolve("self"));
        Files.createDirectory(proc.resolve("9")); // its descriptors cannot be seen
        link("7/cwd", "/mnt/a");
        link("7/exe", "/usr/bin/tail");
        link("7/fd/0", "/dev/null");
        link("7/fd/3", "/mnt/a/log");
        link("7/fd/4", "/mnt/a/log");
        link("7/fd/5", "socket:[123]");
        link("8/fd/1", "/mnt/gone (deleted)");
        link("8/fd/2", "/mntx/near");
    }

    private void link(String name, String target) throws IOException {
        Files.createSymbolicLink(proc.resolve(name), Path.of(target));
    }

    @Test
    void list_hasWhatIsBelow_eachFileOnce_withHowItIsHeld() {
        assertThat(new HeldFiles(proc, List.of(Path.of("/mnt"))).list(100))
                .containsExactlyInAnyOrder(
                        new Held(7, "cwd", "/mnt/a", false),
                        new Held(7, "open", "/mnt/a/log", false),
                        new Held(8, "open", "/mnt/gone", true));
    }

    @Test
    void list_hasAnEnd_andIsEmptyWhereNothingIsMounted() {
        assertThat(new HeldFiles(proc, List.of(Path.of("/mnt"))).list(1)).hasSize(1);
        assertThat(new HeldFiles(proc, List.of()).list(100)).isEmpty();
        assertThat(new HeldFiles(proc.resolve("nothing"), List.of(Path.of("/mnt"))).list(100))
                .isEmpty();
    }
}
