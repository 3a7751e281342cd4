package dev.ring3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.linux.Btrfs;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Subvolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What a program learns of subvolumes that asks as one asks btrfs. */
final class QueryRequestsTest {
    // The mount is in there until the last moment.
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private Volume volume;

    @BeforeEach
    void open() {
        FuseHost.assume();
        volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
    }

    @AfterEach
    void close() throws IOException {
        if (volume != null) {
            volume.close();
        }
        Files.deleteIfExists(directory);
    }

    @Test
    void subvolumeOfAFile_isAnsweredAsBtrfsDoes() throws IOException {
        MountOptions options = MountOptions.DEFAULT.withSubvolumes(volume.subvolumes());
        try (FuseMount _ = FuseMount.mount(new Vfs(volume), directory, options)) {
            Path file = Files.createFile(directory.resolve("file"));
            SubvolumeId taken = volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("monday"), true);

            Subvolume first = Btrfs.subvolumeOf(file);
            SubvolumeInfo expected = volume.subvolumes().info(SubvolumeId.FIRST);
            assertThat(first.id()).isEqualTo(SubvolumeId.FIRST.value());
            assertThat(first.uuid()).contains(expected.uuid());
            assertThat(first.created()).contains(expected.created());
            assertThat(first.isSnapshot()).isFalse();
            assertThat(first.parentId()).isEmpty();

            Subvolume snapshot = Btrfs.subvolumeOf(directory.resolve(".snapshots/monday/file"));
            assertThat(snapshot.id()).isEqualTo(taken.value());
            assertThat(snapshot.name()).isEqualTo("monday");
            assertThat(snapshot.sourceUuid()).contains(expected.uuid());
            assertThat(snapshot.parentId()).hasValue(SubvolumeId.FIRST.value());
            assertThat(snapshot.isReadOnly()).isTrue();
        }
    }

    @Test
    void namespaceWithoutSubvolumes_saysSo() {
        try (FuseMount _ = FuseMount.mount(new Vfs(volume), directory, MountOptions.DEFAULT)) {
            assertThatThrownBy(() -> Btrfs.subvolumeOf(directory))
                    .isInstanceOfSatisfying(
                            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTTY));
        }
    }
}
