package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.CorruptionException;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damage of every kind: found, named, never served. */
class DataAuditTest {
    private static final DataOptions OPTIONS = new DataOptions(128, Long.MAX_VALUE, 0, 0);
    private static final Ino INO = new Ino(7);
    private static final int BLOCKS = 40;

    private final MemoryMedium medium = new MemoryMedium();
    private final MemoryBlockDevice device = new MemoryBlockDevice(64L << 20);
    private TestVolume volume = new TestVolume(medium.open("test"), device, OPTIONS);

    private byte[] write(CompressionMode compression) {
        byte[] bytes = new byte[BLOCKS * Blocks.BYTES];
        new Random(1).nextBytes(bytes);
        java.util.Arrays.fill(bytes, 0, bytes.length / 2, (byte) 3); // the first half shrinks
        WriteBack how = new WriteBack(WriteBack.Placement.SEGMENT, compression);
        volume.write(INO, TestVolume.FIRST, 0, bytes, how);
        return bytes;
    }

    private void flip(long storedBlock) {
        SegmentFile file = device.open((int) (storedBlock / 128), 0);
        MemorySegment block = MemorySegment.ofArray(new byte[Blocks.BYTES]);
        long at = Blocks.bytes(storedBlock % 128);
        file.read(at, block);
        byte old = block.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 100);
        block.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 100, (byte) (old ^ 0x10));
        file.write(at, block);
    }

    private List<DataFinding.Kind> kinds() {
        return volume.check().findings().stream()
                .map(DataFinding::kind)
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void read_flippedBit_isNeverServed(CompressionMode compression) {
        write(compression);
        MappedRange last = volume.data
                .ranges(volume.records(INO, TestVolume.FIRST), 0, Long.MAX_VALUE, 100)
                .getLast();
        flip(Blocks.of(last.storedBytes()) + 3);

        MemorySegment into = MemorySegment.ofArray(new byte[BLOCKS * Blocks.BYTES]);
        assertThatThrownBy(() -> volume.data.read(volume.records(INO, TestVolume.FIRST), 0, into))
                .isInstanceOfSatisfying(CorruptionException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EIO);
                    assertThat(e.ino()).isEqualTo(INO);
                    assertThat(e.snapshot()).isEqualTo(SnapshotId.FIRST);
                    assertThat(e.offsetBytes()).isEqualTo(last.offsetBytes() + 3 * Blocks.BYTES);
                })
                .hasMessageContaining("ino 7");
        // What does not need the block is served.
        volume.data.read(volume.records(INO, TestVolume.FIRST), 0, into.asSlice(0, 3 * Blocks.BYTES));
        volume.data.read(volume.records(INO, TestVolume.FIRST), last.offsetBytes(), into.asSlice(0, 100));
    }

    @ParameterizedTest
    @EnumSource
    void scrub_flippedBits_namesEachBlock(CompressionMode compression) {
        write(compression);
        assertThat(volume.scrub().isClean()).isTrue();
        long end = volume.data.references().usedBlocks();
        flip(0);
        flip(end - 1);
        flip(end - 2);

        DataReport report = volume.scrub();

        assertThat(report.blocks()).isEqualTo(end);
        assertThat(report.findings())
                .hasSize(3)
                .allMatch(finding -> finding.kind() == DataFinding.Kind.DAMAGED)
                .extracting(DataFinding::where)
                .anySatisfy(where -> assertThat(where).contains("ino 7", "at offset 0:"))
                .anySatisfy(where -> assertThat(where).contains("at offset " + (BLOCKS - 1) * Blocks.BYTES));
        assertThat(volume.check().isClean()).isTrue(); // which is about references
    }

    @Test
    void check_recordGone_findsTheLeakAndRepairsIt() {
        write(CompressionMode.NONE);
        volume.store.write(new Batch().delete(TestKeys.extent(INO, BLOCKS, SnapshotId.FIRST)));

        assertThat(kinds()).containsExactly(DataFinding.Kind.LEAKED);
        repair();
        assertThat(volume.check().isClean()).isTrue();
        assertThat(volume.data.space().usedBytes()).isZero();
    }

    @Test
    void check_recordTwice_findsThatItIsNotCounted() {
        write(CompressionMode.NONE);
        byte[] value =
                java.util.Objects.requireNonNull(volume.store.get(TestKeys.extent(INO, BLOCKS, SnapshotId.FIRST)));
        volume.store.write(new Batch().put(TestKeys.extent(new Ino(8), BLOCKS, SnapshotId.FIRST), value));

        assertThat(kinds()).containsExactly(DataFinding.Kind.UNCOUNTED);
        repair();
        assertThat(volume.check().isClean()).isTrue();
        assertThat(volume.data.references().count(0)).isEqualTo(2);
    }

    @Test
    void check_recordOverAnother_findsTheOverlap() {
        write(CompressionMode.NONE);
        byte[] value = ExtentLayout.encode(new Extent.Inline(3, new byte[3]));
        volume.store.write(new Batch().put(TestKeys.extent(INO, BLOCKS - 1, SnapshotId.FIRST), value));

        assertThat(kinds()).containsExactly(DataFinding.Kind.OVERLAP);
        assertThat(DataAudit.checkView(volume.records(INO, TestVolume.FIRST))).isNotEmpty();
    }

    @Test
    void check_recordOfNonsense_isNamedAndReadAsDamaged() {
        write(CompressionMode.NONE);
        volume.store.write(new Batch().put(TestKeys.extent(INO, BLOCKS, SnapshotId.FIRST), new byte[] {9, 9}));

        assertThat(kinds()).contains(DataFinding.Kind.RECORD);
        assertThatThrownBy(() -> volume.read(INO, TestVolume.FIRST)).isInstanceOf(CorruptionException.class);
        assertThat(volume.scrub().findings()).extracting(DataFinding::kind).contains(DataFinding.Kind.RECORD);
    }

    @Test
    void check_segmentMissing_namesTheRecord() {
        write(CompressionMode.NONE);
        device.delete(0);
        volume = new TestVolume(medium.open("test"), device, OPTIONS);

        assertThat(kinds()).contains(DataFinding.Kind.MISSING);
        assertThatThrownBy(() -> volume.read(INO, TestVolume.FIRST)).isInstanceOf(FsException.class);
    }

    @Test
    void check_promiseMiscounted_findsAndRepairsIt() {
        volume.change(INO, TestVolume.FIRST, 0, (t, r) -> volume.data.allocate(t, r, 0, 1 << 20));
        volume.store.write(new Batch().delete(TestKeys.extent(INO, 256, SnapshotId.FIRST)));

        assertThat(kinds()).containsExactly(DataFinding.Kind.PROMISED);
        repair();
        assertThat(volume.data.space().promisedBytes()).isZero();
    }

    @Test
    void check_memoryOfFreeSpaceWrong_findsIt() {
        write(CompressionMode.NONE);
        volume.data.extents().release(new BlockRun(5, 1));

        assertThat(kinds()).containsExactly(DataFinding.Kind.FREE_SPACE);
    }

    @Test
    void check_blocksWithoutAnOwner_areFound() {
        volume.data.extents().allocate(2);

        assertThat(kinds()).containsExactly(DataFinding.Kind.FREE_SPACE);
    }

    @Test
    void check_dataOnItsWay_isClean() {
        byte[] bytes = write(CompressionMode.NONE);
        DirtyRange range = new DirtyRange(0, MemorySegment.ofArray(bytes));
        WriteBack how = new WriteBack(WriteBack.Placement.SEGMENT, CompressionMode.ZSTD);
        try (SpaceReservation room = volume.data.reserve(2 * BLOCKS);
                StagedFile staged = volume.data.staged(INO, SnapshotId.FIRST);
                PreparedWrite prepared = volume.data.stage(List.of(range), room, how)) {
            assertThat(volume.check().findings()).isEmpty();
            staged.write(List.of(range), room, CompressionMode.NONE);
            assertThat(volume.check().findings()).isEmpty();
            staged.write(List.of(range), volume.data.reserve(BLOCKS), CompressionMode.NONE);
            assertThat(volume.check().findings()).isEmpty();
            volume.change(INO, TestVolume.FIRST, bytes.length, (t, r) -> volume.data.apply(t, r, prepared));
            assertThat(volume.check().findings()).as("blocks were freed").isEmpty();
        }
        assertThat(volume.check().findings()).isEmpty();
    }

    @Test
    void repair_intactVolume_changesNothingThatShows() {
        byte[] bytes = write(CompressionMode.ZSTD);
        long used = volume.data.space().usedBytes();

        repair();

        assertThat(volume.check().isClean()).isTrue();
        assertThat(volume.read(INO, TestVolume.FIRST)).isEqualTo(bytes);
        assertThat(volume.data.space().usedBytes()).isEqualTo(used);
    }

    @Test
    void open_countsDamaged_isRefusedAndRepairable() {
        write(CompressionMode.NONE);
        volume.data.references().fold();
        volume.store.write(new Batch().put(DataKeys.piece(0), new byte[] {1}));

        assertThatThrownBy(() -> new TestVolume(medium.open("test"), device, OPTIONS))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EUCLEAN))
                .hasMessageContaining("piece 0");
        repair();
        assertThat(volume.check().isClean()).isTrue();
    }

    private void repair() {
        DataAudit.repair(medium.open("repair"), TestKeys::parse, TestKeys.FIRST);
        volume = new TestVolume(medium.open("test"), device, OPTIONS);
    }
}
