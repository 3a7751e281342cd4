package dev.ring3.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Volumes that earlier versions made: each format's stays readable, and one of a newer format is left alone. */
class GoldenVolumeTest {
    /** Where the superblock has the number of its format. */
    private static final int FORMAT = 8;

    private static final byte[] HEADER = {'M'};

    @TempDir
    Path directory;

    private static InputStream resource(String name) {
        return Objects.requireNonNull(GoldenVolumeTest.class.getResourceAsStream(name), name);
    }

    private void unpack(String name) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(resource(name + ".zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.copy(zip, file);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ring3.store.rocksdb.GoldenVolume#formats")
    void volumeOfAnEarlierVersion_showsWhatItShowed(String name) throws IOException {
        unpack(name);
        String expected = new String(resource(name + ".txt").readAllBytes(), StandardCharsets.UTF_8);
        for (int round = 0; round < 2; round++) { // opened, it is still the same
            try (Volume volume = GoldenVolume.open(directory)) {
                assertThat(GoldenVolume.describe(volume)).isEqualTo(expected);
                assertThat(volume.check().findings()).isEmpty();
                assertThat(volume.scrub((_, _) -> {}).findings()).isEmpty();
            }
        }
    }

    @Test
    void volumeOfANewerFormat_isRefusedAndStaysAsItIs() throws IOException {
        unpack("golden-volume-1");
        byte[] newer;
        try (OrderedStore store = GoldenVolume.store(directory)) {
            newer = Objects.requireNonNull(store.get(HEADER));
            int format = ByteBuffer.wrap(newer).getInt(FORMAT);
            ByteBuffer.wrap(newer).putInt(FORMAT, format + 1);
            store.durable(store.write(new Batch().put(HEADER, newer)));
        }
        assertThatThrownBy(() -> GoldenVolume.open(directory))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP))
                .hasMessageContaining("newer");
    }
}
