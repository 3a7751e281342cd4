package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class FileDataTest {
    private static final DataOptions OPTIONS = new DataOptions(512, Long.MAX_VALUE, 0, 0);
    private static final Ino INO = new Ino(7);
    private static final Ino OTHER = new Ino(8);
    private static final WriteBack SMALL = new WriteBack(WriteBack.Placement.LOG_IF_SMALL, CompressionMode.NONE);

    private final MemoryMedium medium = new MemoryMedium();
    private final MemoryBlockDevice device = new MemoryBlockDevice(64L << 20);
    private TestVolume volume = new TestVolume(medium.open("test"), device, OPTIONS);

    private TestRecords records(Ino ino) {
        return volume.records(ino, TestVolume.FIRST);
    }

    private static byte[] random(int bytes) {
        byte[] data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        return data;
    }

    private List<MappedRange> ranges(Ino ino) {
        return volume.data.ranges(records(ino), 0, Long.MAX_VALUE, 100);
    }

    @Test
    void write_atTheEndOfOffsetSpace_isReadBack() {
        byte[] data = random(5000);
        long offset = Long.MAX_VALUE - 5000;
        TestRecords before = records(INO);
        DirtyRange range = volume.data.merged(before, offset, MemorySegment.ofArray(data));
        try (SpaceReservation room = volume.data.reserve(range.blocks())) {
            volume.write(INO, TestVolume.FIRST, Long.MAX_VALUE, List.of(range), room, DataModel.TO_SEGMENT);
        }

        byte[] read = new byte[5000];
        volume.data.read(records(INO), offset, MemorySegment.ofArray(read));
        assertThat(read).isEqualTo(data);
        assertThat(volume.data.seekData(records(INO), 0, Long.MAX_VALUE)).hasValue(offset / 4096 * 4096);
        assertThat(volume.data.seekHole(records(INO), offset, Long.MAX_VALUE)).hasValue(Long.MAX_VALUE);
        assertThatThrownBy(() -> volume.data.read(records(INO), Long.MAX_VALUE, MemorySegment.ofArray(read)))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EFBIG));
        volume.change(INO, TestVolume.FIRST, Long.MAX_VALUE, (t, r) -> volume.data.punch(t, r, offset, 5000));
        assertThat(volume.check().findings()).isEmpty();
    }

    @Test
    void seek_amongHolesAndPromises_findsDataAndHoles() {
        volume.change(INO, TestVolume.FIRST, 0, (t, r) -> volume.data.allocate(t, r, 0, 100_000));
        volume.write(INO, TestVolume.FIRST, 8 * 4096, random(4096), DataModel.TO_SEGMENT);
        volume.write(INO, TestVolume.FIRST, 9 * 4096, random(10), SMALL);
        long size = 9 * 4096 + 10;

        assertThat(volume.data.seekData(records(INO), 0, size)).hasValue(8 * 4096);
        assertThat(volume.data.seekData(records(INO), 8 * 4096 + 7, size)).hasValue(8 * 4096 + 7);
        assertThat(volume.data.seekHole(records(INO), 0, size)).hasValue(0);
        assertThat(volume.data.seekHole(records(INO), 8 * 4096, size)).hasValue(size);
        assertThat(volume.data.seekData(records(INO), size, size)).isEmpty();
        assertThat(volume.data.seekHole(records(INO), size, size)).isEmpty();
    }

    @Test
    void ranges_ofEachKind_carryTheirFlags() {
        volume.write(INO, TestVolume.FIRST, 0, random(8192), DataModel.TO_SEGMENT);
        volume.write(INO, TestVolume.FIRST, 4 * 4096, random(10), SMALL);
        byte[] zeros = new byte[64 << 10];
        WriteBack packed = new WriteBack(WriteBack.Placement.SEGMENT, CompressionMode.ZSTD);
        volume.write(INO, TestVolume.FIRST, 8 * 4096, zeros, packed);
        volume.change(INO, TestVolume.FIRST, 30 * 4096, (t, r) -> volume.data.allocate(t, r, 28 * 4096, 1));
        volume.change(
                OTHER, TestVolume.FIRST, 4096, (t, r) -> volume.data.cloneRange(t, records(INO), 4096, r, 0, 4096));

        assertThat(ranges(INO))
                .extracting(MappedRange::offsetBytes)
                .containsExactly(0L, 4 * 4096L, 8 * 4096L, 28 * 4096L);
        assertThat(ranges(INO).get(1).flags()).containsExactly(MappedRange.Flag.INLINE);
        assertThat(ranges(INO).get(2).flags()).containsExactly(MappedRange.Flag.ENCODED);
        assertThat(ranges(INO).get(3).flags())
                .containsExactlyInAnyOrder(MappedRange.Flag.UNWRITTEN, MappedRange.Flag.LAST);
        assertThat(ranges(OTHER).getFirst().flags())
                .containsExactlyInAnyOrder(MappedRange.Flag.SHARED, MappedRange.Flag.LAST);
        assertThat(ranges(OTHER).getFirst().storedBytes())
                .isEqualTo(ranges(INO).getFirst().storedBytes() + 4096);
    }

    @Test
    void compression_dataThatShrinks_takesLessAndDataThatDoesNotIsPlain() {
        WriteBack packed = new WriteBack(WriteBack.Placement.SEGMENT, CompressionMode.ZSTD);
        volume.write(INO, TestVolume.FIRST, 0, new byte[1 << 20], packed);
        assertThat(volume.data.space().usedBytes()).isEqualTo(8 * 4096); // one block for each unit of 128 KiB
        byte[] noise = random(1 << 18);
        volume.write(OTHER, TestVolume.FIRST, 0, noise, packed);
        assertThat(ranges(OTHER)).allMatch(range -> !range.flags().contains(MappedRange.Flag.ENCODED));
        assertThat(volume.read(OTHER, TestVolume.FIRST)).isEqualTo(noise);
        assertThat(volume.data.space().usedBytes()).isEqualTo(8 * 4096 + (1 << 18));
    }

    @Test
    void overwrite_middleOfAnExtent_freesItsBlocksAlone() {
        volume.write(INO, TestVolume.FIRST, 0, random(100 * 4096), DataModel.TO_SEGMENT);
        volume.write(INO, TestVolume.FIRST, 40 * 4096, random(20 * 4096), DataModel.TO_SEGMENT);

        assertThat(volume.data.space().usedBytes()).isEqualTo(100 * 4096);
        assertThat(ranges(INO)).hasSize(3);
    }

    @Test
    void clone_rangesThatOverlapOrDoNotAlign_isRefused() {
        volume.write(INO, TestVolume.FIRST, 0, random(10 * 4096), DataModel.TO_SEGMENT);
        for (long[] arguments : new long[][] {{0, 4096, 8192}, {100, 40960, 4096}, {0, 40961, 4096}, {0, 0, 0}}) {
            assertThatThrownBy(() -> volume.change(
                            INO,
                            TestVolume.FIRST,
                            0,
                            (t, r) -> volume.data.cloneRange(t, r, arguments[0], r, arguments[1], arguments[2])))
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        }
        assertThat(volume.check().findings()).isEmpty();
    }

    @Test
    void smallData_moved_leavesTheListAlsoOverARestart() {
        volume.write(INO, TestVolume.FIRST, 0, random(4096), SMALL);
        volume.write(INO, TestVolume.FIRST, 4096, random(100), SMALL);
        volume = new TestVolume(medium.open("test"), device, OPTIONS);
        SmallData small = new SmallData(SnapshotId.FIRST, INO);
        assertThat(volume.data.small()).containsExactly(small);
        byte[] before = volume.read(INO, TestVolume.FIRST);

        for (int i = 0; i < 2; i++) {
            volume.change(INO, TestVolume.FIRST, before.length, (t, r) -> {
                volume.data.moveSmall(t, r, CompressionMode.NONE, 1 << 20, true);
                return 0;
            });
        }

        assertThat(ranges(INO)).hasSize(1); // joined
        assertThat(volume.read(INO, TestVolume.FIRST)).isEqualTo(before);
        assertThat(volume.data.small()).isEmpty();
        volume = new TestVolume(medium.open("test"), device, OPTIONS);
        assertThat(volume.data.small()).isEmpty();
        assertThat(volume.check().findings()).isEmpty();
    }

    /** The other half of the contract: a record of data is its own sum. */
    @Test
    void smallData_ofAParent_keepsItsKeys() {
        List<SnapshotId> child = List.of(new SnapshotId(SnapshotId.FIRST.value() - 1), SnapshotId.FIRST);
        volume.write(INO, TestVolume.FIRST, 0, random(4096), SMALL);
        volume.write(INO, TestVolume.FIRST, 4096, random(4096), SMALL);
        volume.write(INO, child, 4096, random(4000), SMALL);
        byte[] seen = volume.read(INO, child);

        volume.change(INO, TestVolume.FIRST, 8192, (t, r) -> {
            volume.data.moveSmall(t, r, CompressionMode.NONE, 1 << 20, false);
            return 0;
        });

        assertThat(ranges(INO)).hasSize(2).noneMatch(range -> range.flags().contains(MappedRange.Flag.INLINE));
        assertThat(volume.read(INO, child)).isEqualTo(seen);
    }

    @Test
    void open_newerFormat_isRefused() {
        volume.store.write(new Batch().put(DataKeys.HEADER, new byte[] {0, 2, 0, 0, 2, 0}));

        assertThatThrownBy(() -> new TestVolume(medium.open("test"), device, OPTIONS))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS))
                .hasMessageContaining("format 2");
    }

    /** Golden bytes: a volume that was written with these must stay readable. */
    @Test
    void keys_ofEachKind_areTheseBytes() {
        assertThat(DataKeys.piece(0x102)).containsExactly('F', 'p', 0, 0, 0, 0, 0, 0, 1, 2);
        assertThat(DataKeys.references(3)).containsExactly('F', 'r', 0, 0, 0, 0, 0, 0, 0, 3);
        assertThat(DataKeys.small(new SnapshotId(0xfffffffeL), new Ino(9)))
                .containsExactly('F', 's', 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 9);
        assertThat(volume.store.get(DataKeys.HEADER)).containsExactly(0, 1, 0, 0, 2, 0);
        ReferenceChanges changes = new ReferenceChanges(
                1, 2, List.of(new BlockRun(300, 4)), List.of(new BlockRun(5, 6), new BlockRun(7, 1)));
        assertThat(changes.encode()).containsExactly(1, 2, 1, 0xac, 2, 4, 2, 5, 6, 7, 1);
        assertThat(ReferenceChanges.decode(changes.encode())).isEqualTo(changes);
    }

    @Test
    void close_storeFull_letsTheReserveGoAndSucceeds() {
        WatchedStore store = new WatchedStore(new MemoryMedium().open("test"), () -> {});
        MemoryBlockDevice host = new MemoryBlockDevice(64L << 20);
        DataOptions options = new DataOptions(512, Long.MAX_VALUE, 0, 8 << 20);
        TestVolume full = new TestVolume(store, host, options);
        full.write(INO, TestVolume.FIRST, 0, random(100_000), DataModel.TO_SEGMENT);
        long usable = host.usableBytes();
        store.setFullWhile(() -> host.usableBytes() <= usable);

        assertThatThrownBy(() -> full.write(INO, TestVolume.FIRST, 0, random(10), SMALL))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
        full.close();

        assertThat(host.usableBytes()).isEqualTo(usable + (8 << 20));
    }
}
