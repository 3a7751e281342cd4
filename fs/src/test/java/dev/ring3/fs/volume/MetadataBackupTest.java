package dev.ring3.fs.volume;

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
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Backups of metadata: their form, damage to them, and what comes back; directories of the host in store-rocksdb. */
class MetadataBackupTest {
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 1, 1);
    private static final int BLOCK = 4096;

    private final TestDisk disk = new TestDisk();

    private static NodeId make(Volume volume, String name, byte[] content) {
        NodeId node = volume.create(volume.root(), Name.of(name), FILE, Guard.NONE)
                .node()
                .node();
        write(volume, node, content);
        return node;
    }

    private static void write(Volume volume, NodeId node, byte[] content) {
        try (OpenNode open = volume.open(node)) {
            volume.write(open, 0, MemorySegment.ofArray(content), WriteOptions.PLAIN);
            volume.sync(open, false);
        }
    }

    private static byte[] read(Volume volume, NodeId node, int length) {
        byte[] content = new byte[length];
        try (OpenNode open = volume.open(node)) {
            volume.read(open, 0, MemorySegment.ofArray(content));
        }
        return content;
    }

    private static byte @Nullable [] readOrEio(Volume volume, NodeId node, long offset, int length) {
        byte[] content = new byte[length];
        try (OpenNode open = volume.open(node)) {
            volume.read(open, offset, MemorySegment.ofArray(content));
            return content;
        } catch (FsException e) {
            assertThat(e.errno()).isEqualTo(Errno.EIO);
            return null;
        }
    }

    private static boolean isLost(List<LostRange> lost, NodeId node, long offset) {
        return lost.stream()
                .anyMatch(each -> each.node().equals(node)
                        && offset >= each.offsetBytes()
                        && offset < each.offsetBytes() + each.lengthBytes());
    }

    private static byte[] blocks(int count, int seed) {
        byte[] content = new byte[count * BLOCK];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static byte[] backup(Volume volume) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BackupSummary summary = volume.backup(out, _ -> {});
        assertThat(summary.bytes()).isEqualTo(out.size());
        assertThat(BackupSummary.read(new ByteArrayInputStream(out.toByteArray())))
                .isEqualTo(summary);
        return out.toByteArray();
    }

    /** The disk with other metadata, and what was lost with it. */
    private record Restored(TestDisk disk, RestoreReport report, List<LostRange> lost) {}

    private Restored restore(byte[] backup, MetadataRestore.Known before) {
        MemoryMedium medium = MemoryMedium.recording();
        List<LostRange> lost = new ArrayList<>();
        try (OrderedStore store = medium.open("the restore")) {
            BackupSummary summary =
                    MetadataRestore.run(new BackupReader(new ByteArrayInputStream(backup)), store, before, _ -> {});
            RestoreReport report = MetadataRestore.audit(
                    summary, null, store, disk.device(), disk.options().data(), _ -> {}, lost::add);
            return new Restored(disk.with(medium), report, lost);
        }
    }

    @Test
    void layout_hasItsBytes() {
        BackupLayout.Header header = new BackupLayout.Header(new UUID(1, 2), Instant.ofEpochSecond(3, 4), 5);
        byte[] bytes = BackupLayout.encode(header);

        assertThat(HexFormat.of().formatHex(bytes, 0, 76))
                .isEqualTo("52494e47334d4200" + "00000001" + "00000000" + "0000000000000001" + "0000000000000002"
                        + "0000000000000003" + "00000004" + "00000000" + "0000000000000005" + "00".repeat(20));
        assertThat(BackupLayout.decodeHeader(bytes)).isEqualTo(header);
        assertThat(HexFormat.of().formatHex(BackupLayout.encodeEnd(6, 7), 0, 16))
                .isEqualTo("0000000000000006" + "0000000000000007");
    }

    @Test
    void restore_ofAVolumeThatStaysAsItWas_bringsEverythingBack() {
        byte[] content = blocks(20, 1);
        byte[] backup;
        NodeId file;
        SubvolumeId snapshot;
        try (Volume volume = disk.open()) {
            file = make(volume, "file", content);
            snapshot = volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("s"), true);
            make(volume, "later", "small".getBytes(UTF_8));
            backup = backup(volume);
        }

        Restored restored = restore(backup, MetadataRestore.Known.NOTHING);

        assertThat(restored.report.isWhole()).as("%s", restored.report).isTrue();
        try (Volume volume = restored.disk.open()) {
            assertThat(read(volume, file, content.length)).isEqualTo(content);
            assertThat(read(volume, new NodeId(snapshot, file.ino()), content.length))
                    .isEqualTo(content);
            assertThat(volume.find(volume.root(), Name.of("later"), StatMask.QUIET))
                    .isNotNull();
            assertThat(volume.check().findings()).isEmpty();
        }
    }

    /** What was written in the place of freed blocks is never shown, and what is lost is named to the byte. */
    @Test
    void restore_afterBlocksWereUsedAgain_namesExactlyWhatIsLost() {
        byte[] kept = blocks(12, 1); // more than what goes into the metadata itself
        byte[] replaced = Arrays.copyOf(blocks(12, 2), 12 * BLOCK - 100);
        byte[] backup;
        NodeId whole;
        NodeId partly;
        try (Volume volume = disk.open()) {
            whole = make(volume, "whole", kept);
            partly = make(volume, "partly", replaced);
            volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("s"), true);
            backup = backup(volume);
            volume.subvolumes().list().stream()
                    .filter(each -> each.readOnly())
                    .forEach(each -> volume.subvolumes().delete(each.id()));
            volume.unlink(volume.root(), Name.of("partly"), Guard.NONE);
            volume.syncAll();
            for (int i = 0; i < 60; i++) { // until every block that was free has something else
                make(volume, "new" + i, blocks(9, 100 + i));
            }
        }

        Restored restored = restore(backup, MetadataRestore.Known.NOTHING);

        assertThat(restored.report.findings()).isEmpty();
        assertThat(restored.lost).extracting(LostRange::path).containsOnly("/partly", "/.snapshots/s/partly");
        assertThat(restored.report.lostBytes()).isPositive();
        try (Volume volume = restored.disk.open()) {
            assertThat(read(volume, whole, kept.length)).isEqualTo(kept);
            long lostBytes = 0;
            for (int from = 0; from < replaced.length; from += BLOCK) {
                byte[] expected = Arrays.copyOfRange(replaced, from, Math.min(replaced.length, from + BLOCK));
                boolean lost = isLost(restored.lost, partly, from);
                assertThat(readOrEio(volume, partly, from, expected.length))
                        .as("at %d", from)
                        .isEqualTo(lost ? null : expected);
                lostBytes += lost ? expected.length : 0;
            }
            assertThat(restored.report.lostBytes()).isEqualTo(2 * lostBytes);
            assertThat(volume.find(volume.root(), Name.of("new3"), StatMask.QUIET))
                    .isNull();
            assertThat(volume.scrub((_, _) -> {}).findings())
                    .isNotEmpty()
                    .allMatch(each -> each.where().contains("partly at offset "));
            assertThat(volume.check().findings()).isEmpty();
        }
    }

    @Test
    void restore_takesNothingAgainThatWasGivenOutSinceTheBackup() {
        byte[] backup;
        long change;
        NodeId later;
        byte[] handle;
        try (Volume volume = disk.open()) {
            make(volume, "file", blocks(1, 1));
            backup = backup(volume);
        }
        try (Volume volume = disk.open()) {
            later = make(volume, "later", blocks(1, 2));
            handle = volume.handle(later);
            change = volume.stat(volume.root(), StatMask.ALL).change();
        }

        try (Volume volume = restore(backup, MetadataRestore.Known.NOTHING).disk.open()) {
            assertThat(volume.stat(volume.root(), StatMask.ALL).change()).isGreaterThan(change);
            NodeId made = make(volume, "later", blocks(1, 3));
            assertThat(made.ino()).isGreaterThan(later.ino());
            assertThatThrownBy(() -> volume.nodeOf(handle))
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESTALE));
            SubvolumeId snapshot = volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("s"), true);
            assertThat(snapshot.value()).isGreaterThan(1 << 16);
        }
    }

    @Test
    void backup_whileOthersWrite_isOfOneMoment() throws InterruptedException {
        byte[] backup;
        try (Volume volume = disk.open()) {
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 300; i++) {
                    make(volume, "file" + i, "x".getBytes(UTF_8));
                    if (i % 3 == 0) {
                        volume.unlink(volume.root(), Name.of("file" + i / 2), Guard.NONE);
                    }
                }
            });
            backup = backup(volume);
            writer.join();
        }
        assertThat(restore(backup, MetadataRestore.Known.NOTHING).report.findings())
                .isEmpty();
    }

    /** Each bit and each length: a backup is believed whole or not at all. */
    @Test
    void backup_damagedOrCutAnywhere_isRefused() {
        byte[] backup;
        try (Volume volume = disk.open()) {
            make(volume, "file", "x".getBytes(UTF_8));
            backup = backup(volume);
        }
        for (int length = 0; length < backup.length; length++) {
            assertThat(errno(Arrays.copyOf(backup, length)))
                    .as("cut to %d", length)
                    .isEqualTo(Errno.EBADMSG);
        }
        assertThat(errno(Arrays.copyOf(backup, backup.length + 1))).isEqualTo(Errno.EBADMSG);
        for (int at = 0; at < backup.length; at++) {
            byte[] damaged = backup.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            Errno errno = errno(damaged);
            boolean format = at >= 8 && at < 12; // of a newer Ring3 cannot be told from a damaged number
            assertThat(errno).as("byte %d", at).isIn(Errno.EBADMSG, format ? Errno.EOPNOTSUPP : Errno.EBADMSG);
        }
    }

    @Test
    void backup_ofANewerFormat_isRefusedByItsNumber() {
        byte[] backup;
        try (Volume volume = disk.open()) {
            backup = backup(volume);
        }
        ByteBuffer.wrap(backup).putInt(8, BackupLayout.FORMAT + 1);
        assertThatThrownBy(() -> BackupSummary.read(new ByteArrayInputStream(backup)))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP))
                .hasMessageContaining("newer");
    }

    private static @Nullable Errno errno(byte[] backup) {
        try {
            BackupSummary.read(new ByteArrayInputStream(backup));
            return null;
        } catch (FsException e) {
            return Objects.requireNonNull(e.errno());
        }
    }
}
