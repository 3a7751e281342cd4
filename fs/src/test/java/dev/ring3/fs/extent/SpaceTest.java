package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Full disks, limits, promises. */
class SpaceTest {
    private static final int SEGMENT = 128;
    private static final DataOptions OPTIONS = new DataOptions(SEGMENT, Long.MAX_VALUE, 0, 0);
    private static final Ino INO = new Ino(7);
    private static final Ino OTHER = new Ino(8);
    private static final WriteBack TO_SEGMENT = DataModel.TO_SEGMENT;

    private final MemoryMedium medium = new MemoryMedium();
    private final MemoryBlockDevice device = new MemoryBlockDevice(Blocks.bytes(2 * SEGMENT));
    private TestVolume volume = new TestVolume(medium.open("test"), device, OPTIONS);

    private static void assertFull(ThrowingCallable operation) {
        assertThatThrownBy(operation)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    }

    private void write(Ino ino, long blocks) {
        byte[] bytes = new byte[(int) Blocks.bytes(blocks)];
        new Random(ino.value()).nextBytes(bytes);
        volume.write(ino, TestVolume.FIRST, 0, bytes, TO_SEGMENT);
    }

    @Test
    void reserve_moreThanThereIs_isRefusedBeforeAnythingIsWritten() {
        SpaceReservation all = volume.data.reserve(2 * SEGMENT);

        assertFull(() -> volume.data.reserve(1));
        assertFull(() -> all.add(1));
        assertThat(all.blocks()).isEqualTo(2 * SEGMENT);
        all.release(10);
        try (SpaceReservation more = volume.data.reserve(10)) {
            assertThat(more.blocks()).isEqualTo(10);
        }
        all.close();
        all.close();
        assertThat(volume.data.space().availableBytes()).isEqualTo(Blocks.bytes(2 * SEGMENT));
    }

    /** What was accepted can always be written back, whatever others try meanwhile. */
    @Test
    void stage_reservedDataOnAFullVolume_succeeds() {
        write(INO, SEGMENT);
        SpaceReservation room = volume.data.reserve(SEGMENT);
        assertFull(() -> write(OTHER, 1));

        DirtyRange range = new DirtyRange(0, MemorySegment.ofArray(new byte[SEGMENT * Blocks.BYTES]));
        volume.write(OTHER, TestVolume.FIRST, Blocks.bytes(SEGMENT), List.of(range), room, TO_SEGMENT);

        assertThat(room.blocks()).isZero();
        assertThat(volume.data.space().availableBytes()).isZero();
        assertThat(volume.check().findings()).isEmpty();
    }

    @Test
    void stage_diskFails_leavesTheReservationAsItWas() {
        SimulatedDisk disk = new SimulatedDisk(new Random(1), 2, () -> {});
        TestVolume other = new TestVolume(new MemoryMedium().open("test"), disk, OPTIONS);
        try (SpaceReservation room = other.data.reserve(20)) {
            disk.fail(SimulatedDisk.Fault.SHORT_WRITE);
            DirtyRange range = new DirtyRange(0, MemorySegment.ofArray(new byte[20 * Blocks.BYTES]));

            assertThatThrownBy(() -> other.data.stage(List.of(range), room, TO_SEGMENT))
                    .isInstanceOf(FsException.class);

            assertThat(room.blocks()).isEqualTo(20);
            assertThat(other.check().findings()).isEmpty();
        }
        assertThat(other.data.space().availableBytes()).isPositive();
    }

    /** Small pieces are gathered into one write; not where one segment ends and the next begins. */
    @Test
    void stage_smallPiecesOverTheEndOfASegment_goToBoth() {
        write(INO, SEGMENT - 4);
        write(OTHER, SEGMENT);
        volume.change(
                OTHER, TestVolume.FIRST, Blocks.bytes(SEGMENT), (t, r) -> volume.data.punch(t, r, 0, Blocks.bytes(12)));
        volume.data.references().reclaimAll();
        List<DirtyRange> ranges = new java.util.ArrayList<>();
        for (int i = 0; i < 16; i++) {
            byte[] block = new byte[Blocks.BYTES];
            java.util.Arrays.fill(block, (byte) (i + 1));
            ranges.add(new DirtyRange(Blocks.bytes(2L * i), MemorySegment.ofArray(block)));
        }
        Ino third = new Ino(9);

        try (SpaceReservation room = volume.data.reserve(16)) {
            volume.write(third, TestVolume.FIRST, Blocks.bytes(32), ranges, room, TO_SEGMENT);
        }

        byte[] read = volume.read(third, TestVolume.FIRST);
        for (int block = 0; block < 32; block++) {
            assertThat(read[block * Blocks.BYTES]).isEqualTo((byte) (block % 2 == 0 ? block / 2 + 1 : 0));
        }
        assertThat(volume.scrub().findings()).isEmpty();
    }

    @Test
    void overwrite_fullVolume_isRefusedAndTheOldDataStays() {
        write(INO, 2 * SEGMENT);
        byte[] before = volume.read(INO, TestVolume.FIRST);

        assertFull(() -> write(INO, 10));

        assertThat(volume.read(INO, TestVolume.FIRST)).isEqualTo(before);
    }

    /** Truncation within a block, punching, and deletion take no space; what they free can be used after one sync. */
    @Test
    void freeing_fullVolume_makesRoomAtOnce() {
        write(INO, 2 * SEGMENT);
        assertFull(() -> volume.data.reserve(1));

        volume.change(
                INO,
                TestVolume.FIRST,
                5 * Blocks.BYTES + 1,
                (t, r) -> volume.data
                        .truncate(t, r, 5 * Blocks.BYTES + 1, Integer.MAX_VALUE)
                        .allocatedBlocks());
        volume.change(INO, TestVolume.FIRST, 5 * Blocks.BYTES + 1, (t, r) -> volume.data.punch(t, r, 100, 6000));

        write(OTHER, 2 * SEGMENT - 5);
        assertThat(volume.check().findings()).isEmpty();
        assertThat(volume.scrub().findings()).isEmpty();
    }

    @Test
    void limit_reached_isAsFull() {
        long limit = Blocks.bytes(50);
        volume = new TestVolume(new MemoryMedium().open("test"), device, OPTIONS.withLimitBytes(limit));
        assertThat(volume.data.space().totalBytes()).isEqualTo(limit);

        write(INO, 30);
        assertFull(() -> write(OTHER, 21));
        write(OTHER, 20);

        assertThat(volume.data.space()).isEqualTo(new SpaceStatus(limit, limit, 0, 0));
    }

    @Test
    void promise_fullVolume_isKept() {
        volume.change(
                INO, TestVolume.FIRST, Blocks.bytes(40), (t, r) -> volume.data.allocate(t, r, 0, Blocks.bytes(40)));
        write(OTHER, 2 * SEGMENT - 40);
        assertFull(() -> write(new Ino(9), 1));

        write(INO, 30);

        assertThat(volume.data.space().promisedBytes()).isEqualTo(Blocks.bytes(10));
        assertFull(() -> write(new Ino(9), 1));
        volume.change(
                INO,
                TestVolume.FIRST,
                0,
                (t, r) -> volume.data.truncate(t, r, Blocks.bytes(30), 100).allocatedBlocks());
        write(new Ino(9), 10);
        assertThat(volume.check().findings()).isEmpty();
    }

    @Test
    void promise_moreThanThereIs_isRefusedWithoutEffect() {
        assertFull(() -> volume.change(
                INO, TestVolume.FIRST, 0, (t, r) -> volume.data.allocate(t, r, 0, Blocks.bytes(2 * SEGMENT + 1))));

        assertThat(volume.data.space().promisedBytes()).isZero();
        assertThat(volume.data.space().availableBytes()).isEqualTo(Blocks.bytes(2 * SEGMENT));
    }

    @Test
    void promise_reopened_isKept() {
        volume.change(INO, TestVolume.FIRST, 0, (t, r) -> volume.data.allocate(t, r, 0, Blocks.bytes(2 * SEGMENT)));
        volume = new TestVolume(medium.open("test"), device, OPTIONS);

        assertFull(() -> write(OTHER, 1));
        write(INO, SEGMENT);
        assertThat(volume.read(INO, TestVolume.FIRST)).hasSize((int) Blocks.bytes(SEGMENT));
    }

    @Test
    void host_nearlyFull_letsTheReserveGoAndTakesItBack() {
        long segment = Blocks.bytes(SEGMENT);
        MemoryBlockDevice host = new MemoryBlockDevice(20 * segment);
        DataOptions options = new DataOptions(SEGMENT, Long.MAX_VALUE, 0, 4 * segment);
        volume = new TestVolume(new MemoryMedium().open("test"), host, options);
        assertThat(host.usableBytes()).isEqualTo(16 * segment);
        write(INO, SEGMENT);
        host.create(1000, 15 * segment - 1); // somebody else fills the host

        for (int i = 0; i < 100 && !volume.data.isHostFull(); i++) {
            volume.data.reserve(0).close();
        }
        assertThat(volume.data.isHostFull()).isTrue();
        assertThat(host.usableBytes()).isGreaterThanOrEqualTo(4 * segment); // for the metadata
        assertFull(() -> volume.data.reserve(1));
        volume.change(
                INO,
                TestVolume.FIRST,
                0,
                (t, r) -> volume.data.truncate(t, r, 0, 100).allocatedBlocks());

        host.delete(1000);
        try (SpaceReservation again = volume.data.reserve(1)) {
            assertThat(again.blocks()).isEqualTo(1);
        }
        assertThat(volume.data.isHostFull()).isFalse();
    }

    @Test
    void freedBlocks_notYetDurable_areNotUsed() {
        write(INO, SEGMENT);
        volume.store.durable(volume.store.lastWritten());
        volume.change(
                INO,
                TestVolume.FIRST,
                0,
                (t, r) -> volume.data.truncate(t, r, 0, 100).allocatedBlocks());

        write(OTHER, SEGMENT);

        assertThat(volume.data
                        .ranges(volume.records(OTHER, TestVolume.FIRST), 0, 1, 1)
                        .getFirst()
                        .storedBytes())
                .isEqualTo(Blocks.bytes(SEGMENT)); // in the second segment, though the first is empty
    }
}
