package dev.ring3.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a volume may be begun, and how it is told where not. */
class DataDirectoryTest {
    @TempDir
    private Path folder;

    private static void open(Path directory) {
        DataDirectory.open(directory, "test", Long.MAX_VALUE, 0).close();
    }

    @Test
    void open_ofAFile_isRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file + " is no directory");
        assertThatThrownBy(() -> open(file.resolve("below")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file + " is no directory");
    }

    @Test
    void open_ofWhatIsSomebodyElses_isRefused_andNothingIsBegunThere() throws Exception {
        Files.writeString(folder.resolve("notes.txt"), "x");

        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds \"notes.txt\" and no volume");

        try (var entries = Files.list(folder)) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void open_ofANewFilesystem_beginsAVolume_whichIsOpenedAgainBesideWhateverElse() throws Exception {
        Files.createDirectory(folder.resolve("lost+found"));
        open(folder);
        Files.writeString(folder.resolve("notes.txt"), "x");

        open(folder);

        assertThat(folder.resolve("metadata")).isDirectory();
    }
}
