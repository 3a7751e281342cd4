package dev.ring3.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.volume.BackupSummary;
import dev.ring3.fs.volume.LostRange;
import dev.ring3.fs.volume.RestoreReport;
import dev.ring3.fs.volume.StoredVolume;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metadata that was damaged or lost, put back into a data directory of the host. */
class RestoreTest {
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 1, 1);
    private static final long LIMIT_BYTES = 1L << 30;
    private static final int FILE_BYTES = 300_000;

    @TempDir
    Path folder;

    private final List<LostRange> lost = new ArrayList<>();

    private Path data() {
        return folder.resolve("data");
    }

    private static Volume open(Path data) {
        return StoredVolume.open(data, "the test", LIMIT_BYTES, 4 << 20);
    }

    private static byte[] content(int seed) {
        byte[] content = new byte[FILE_BYTES];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static void make(Volume volume, String name, byte[] content) {
        NodeId node = volume.create(volume.root(), Name.of(name), FILE, Guard.NONE)
                .node()
                .node();
        try (OpenNode open = volume.open(node)) {
            volume.write(open, 0, MemorySegment.ofArray(content), WriteOptions.PLAIN);
        }
    }

    private static byte[] read(Volume volume, String name) {
        Stat stat = Objects.requireNonNull(volume.find(volume.root(), Name.of(name), StatMask.ALL), name);
        byte[] content = new byte[(int) stat.sizeBytes()];
        try (OpenNode open = volume.open(stat.node())) {
            volume.read(open, 0, MemorySegment.ofArray(content));
        }
        return content;
    }

    /** A volume with two files; its metadata. */
    private byte[] fill() {
        try (Volume volume = open(data())) {
            make(volume, "one", content(1));
            make(volume, "two", content(2));
            return backup(volume);
        }
    }

    private static byte[] backup(Volume volume) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BackupSummary summary = volume.backup(out, _ -> {});
        assertThat(summary.volume()).isEqualTo(volume.subvolumes().uuid());
        return out.toByteArray();
    }

    private RestoreReport restore(byte[] backup, boolean replace) {
        return StoredVolume.restore(new ByteArrayInputStream(backup), data(), replace, "the test", _ -> {}, lost::add);
    }

    private void refused(byte[] backup, boolean replace, Errno errno) {
        assertThatThrownBy(() -> restore(backup, replace))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
        try (Stream<Path> all = Files.list(data())) {
            assertThat(all).noneMatch(each -> each.toString().contains("restor"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void requireBoth() {
        try (Volume volume = open(data())) {
            assertThat(read(volume, "one")).isEqualTo(content(1));
            assertThat(read(volume, "two")).isEqualTo(content(2));
            assertThat(volume.check().findings()).isEmpty();
            assertThat(volume.scrub((_, _) -> {}).findings()).isEmpty();
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(tree)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }

    @Test
    void metadataThatIsGone_isNotTakenForAnEmptyVolume_andComesBack() throws IOException {
        byte[] backup = fill();
        deleteTree(data().resolve("metadata"));

        for (boolean identity : new boolean[] {true, false}) { // a volume of an earlier version has none
            if (!identity) {
                Files.delete(data().resolve("volume"));
            }
            assertThatThrownBy(() -> open(data()))
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EUCLEAN))
                    .hasMessageContaining("ring3 fs restore");
        }
        deleteTree(data().resolve("metadata"));

        RestoreReport report = restore(backup, false);

        assertThat(report.isWhole()).as("%s %s", report, lost).isTrue();
        assertThat(report.aside()).isNull();
        requireBoth();
    }

    /** Each file of the store is overwritten from its middle on: whether it still opens or not, all comes back. */
    @Test
    void metadataThatIsDamaged_isPutAside_andEverythingIsThere() throws IOException {
        byte[] backup = fill();
        try (Stream<Path> files = Files.list(data().resolve("metadata"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0x5a);
                Files.write(file, bytes);
            }
        }

        refused(backup, false, Errno.EEXIST);
        RestoreReport report = restore(backup, true);

        assertThat(report.isWhole()).as("%s %s", report, lost).isTrue();
        assertThat(report.aside()).isDirectory().isEqualTo(data().resolve("metadata.before-restore-1"));
        requireBoth();
    }

    @Test
    void dataThatIsGone_isNamed_andTheRestIsThere() throws IOException {
        byte[] backup = fill();
        Path segment = data().resolve("data").resolve("segment-00000000.data");
        byte[] wanted = Arrays.copyOfRange(content(2), 8192, 12288);
        long at = indexOf(Files.readAllBytes(segment), wanted);
        try (var file = Files.newByteChannel(segment, StandardOpenOption.WRITE)) {
            file.position(at).write(java.nio.ByteBuffer.wrap("other".getBytes(UTF_8)));
        }

        RestoreReport report = restore(backup, true);

        assertThat(lost).extracting(LostRange::toString).containsExactly("/two at offset 8192, 4096 bytes");
        assertThat(report.lostBytes()).isEqualTo(4096);
        assertThat(report.findings()).isEmpty();
        try (Volume volume = open(data())) {
            assertThat(read(volume, "one")).isEqualTo(content(1));
            assertThatThrownBy(() -> read(volume, "two")).isInstanceOf(FsException.class);
            assertThat(volume.scrub((_, _) -> {}).findings())
                    .singleElement()
                    .extracting(Object::toString)
                    .asString()
                    .startsWith("DAMAGED /two at offset 8192, 4096 bytes: block ");
        }
    }

    @Test
    void segmentsThatAreGone_loseAllOfTheFiles() throws IOException {
        byte[] backup = fill();
        deleteTree(data().resolve("data"));

        RestoreReport report = restore(backup, true);

        assertThat(lost).extracting(LostRange::path).containsOnly("/one", "/two");
        assertThat(report.lostBytes()).isEqualTo(2 * FILE_BYTES);
        try (Volume volume = open(data())) {
            assertThat(volume.find(volume.root(), Name.of("one"), StatMask.ALL)).isNotNull();
            make(volume, "three", content(3));
            volume.syncAll();
            assertThat(read(volume, "three")).isEqualTo(content(3));
        }
    }

    private static long indexOf(byte[] all, byte[] part) {
        for (int at = 0; at < all.length; at += part.length) {
            if (Arrays.equals(all, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void restore_ofAnotherVolumesBackup_isRefusedAndChangesNothing() {
        fill();
        byte[] other;
        try (Volume volume = open(folder.resolve("other"))) {
            other = backup(volume);
        }
        refused(other, true, Errno.EXDEV);
        requireBoth();
    }

    @Test
    void restore_ofADamagedBackup_isRefusedAndChangesNothing() {
        byte[] backup = fill();
        refused(Arrays.copyOf(backup, backup.length - 1), true, Errno.EBADMSG);
        backup[backup.length / 2] ^= 1;
        refused(backup, true, Errno.EBADMSG);
        requireBoth();
    }

    @Test
    void restore_intoAVolumeThatIsOpen_isRefused() {
        byte[] backup = fill();
        try (Volume volume = open(data())) {
            refused(backup, true, Errno.EBUSY);
            assertThat(read(volume, "one")).isEqualTo(content(1));
        }
    }

    @Test
    void metadataOfAnotherVolume_isNotPutToThisData() throws IOException {
        fill();
        open(folder.resolve("other")).close();
        Files.move(data().resolve("metadata"), data().resolve("mine"));
        Files.move(folder.resolve("other").resolve("metadata"), data().resolve("metadata"));

        assertThatThrownBy(() -> open(data()))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EUCLEAN))
                .hasMessageContaining("is the directory of volume");
    }
}
