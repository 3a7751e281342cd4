package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.store.MemoryMedium;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StagedFileTest {
    private static final DataOptions OPTIONS = new DataOptions(512, Long.MAX_VALUE, 0, 0);
    private static final Ino INO = new Ino(7);
    private static final int BLOCKS = 60;

    private final MemoryMedium medium = new MemoryMedium();
    private final SimulatedDisk disk = new SimulatedDisk(new Random(1), 4, () -> {});
    private final TestVolume volume = new TestVolume(medium.open("test"), disk, OPTIONS);
    private final StagedFile staged = volume.data.staged(INO, SnapshotId.FIRST);

    private void write(int block, byte[] bytes, CompressionMode compression) {
        DirtyRange range = new DirtyRange(Blocks.bytes(block), MemorySegment.ofArray(bytes));
        try (SpaceReservation room = volume.data.reserve(range.blocks())) {
            staged.write(List.of(range), room, compression);
            assertThat(room.blocks()).isZero();
        }
    }

    private byte[] read() {
        byte[] bytes = new byte[(int) Blocks.bytes(BLOCKS)];
        staged.read(volume.records(INO, TestVolume.FIRST), 0, MemorySegment.ofArray(bytes));
        return bytes;
    }

    private void commit() {
        try (PreparedWrite prepared = staged.prepare()) {
            volume.change(INO, TestVolume.FIRST, Blocks.bytes(BLOCKS), (t, r) -> volume.data.apply(t, r, prepared));
        }
    }

    @ParameterizedTest
    @EnumSource
    void pieces_randomAndCommittedNowAndThen_readAsWritten(CompressionMode compression) {
        Random random = new Random(2);
        byte[] model = new byte[(int) Blocks.bytes(BLOCKS)];
        for (int i = 0; i < 400; i++) {
            int block = random.nextInt(BLOCKS);
            byte[] bytes = new byte[(1 + random.nextInt(BLOCKS - block)) * Blocks.BYTES];
            Arrays.fill(bytes, (byte) i);
            write(block, bytes, compression);
            System.arraycopy(bytes, 0, model, block * Blocks.BYTES, bytes.length);
            assertThat(Arrays.mismatch(read(), model)).isEqualTo(-1);
            assertThat(staged.heldBytes()).isLessThanOrEqualTo(Blocks.bytes(2 * BLOCKS));
            if (random.nextInt(20) == 0) {
                commit();
                assertThat(staged.heldBytes()).isZero();
                assertThat(Arrays.mismatch(read(), model)).isEqualTo(-1);
                assertThat(volume.check().findings()).isEmpty();
            }
        }
        commit();
        assertThat(volume.read(INO, TestVolume.FIRST)).isEqualTo(model);
        assertThat(disk.pendingSectors()).isZero();
        assertThat(volume.scrub().findings()).isEmpty();
    }

    @Test
    void prepare_transactionFails_keepsThePieces() {
        byte[] bytes = new byte[5 * Blocks.BYTES];
        Arrays.fill(bytes, (byte) 5);
        write(3, bytes, CompressionMode.NONE);
        byte[] before = read();

        PreparedWrite prepared = staged.prepare();
        DataTransaction transaction = volume.data.begin();
        volume.data.apply(transaction, volume.records(INO, TestVolume.FIRST), prepared);
        transaction.failed();

        assertThat(read()).isEqualTo(before);
        commit();
        assertThat(volume.read(INO, TestVolume.FIRST)).isEqualTo(before);
        assertThat(volume.check().findings()).isEmpty();
    }

    @Test
    void close_uncommitted_givesTheBlocksBack() {
        write(0, new byte[50 * Blocks.BYTES], CompressionMode.ZSTD);
        write(3, new byte[5 * Blocks.BYTES], CompressionMode.ZSTD); // parts of one unit share its blocks
        write(9, new byte[5 * Blocks.BYTES], CompressionMode.NONE);

        staged.close();

        assertThat(staged.heldBytes()).isZero();
        assertThat(volume.data.extents().busyBlocks()).isZero();
        assertThat(volume.check().findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void prepare_syncFailsOnce_writesElsewhereTheNextTime(CompressionMode compression) {
        byte[] bytes = new byte[40 * Blocks.BYTES];
        Arrays.fill(bytes, (byte) 9);
        write(0, bytes, compression);
        write(7, new byte[3 * Blocks.BYTES], compression);
        byte[] before = read();
        disk.fail(SimulatedDisk.Fault.SYNC_ERROR);

        assertThatThrownBy(staged::prepare).isInstanceOf(FsException.class);
        assertThat(read()).isEqualTo(before);
        commit();

        assertThat(volume.read(INO, TestVolume.FIRST)).isEqualTo(before);
        assertThat(volume.check().findings()).isEmpty();
        assertThat(volume.scrub().findings()).isEmpty();
    }

    private void writeInPieces() {
        byte[] block = new byte[Blocks.BYTES];
        Arrays.fill(block, (byte) 7);
        for (int i = 0; i < 20; i++) {
            write(i, block, CompressionMode.NONE);
        }
    }

    @Test
    void prepare_syncFailsAndTheDataIsLost_saysSoUntilItIsWrittenAnew() {
        writeInPieces();
        disk.fail(SimulatedDisk.Fault.SYNC_ERROR_FORGETS);

        assertThatThrownBy(staged::prepare).isInstanceOf(FsException.class);
        assertThatThrownBy(staged::prepare).isInstanceOf(FsException.class);
        writeInPieces(); // to another segment
        commit();

        byte[] stored = volume.read(INO, TestVolume.FIRST);
        assertThat(Arrays.copyOf(stored, 20 * Blocks.BYTES)).containsOnly(7);
        assertThat(volume.check().findings()).isEmpty();
    }

    @Test
    void prepare_syncFailsAndTheDataIsLost_saysSoUntilGivenUp() {
        writeInPieces();
        disk.fail(SimulatedDisk.Fault.SYNC_ERROR_FORGETS);

        assertThatThrownBy(staged::prepare).isInstanceOf(FsException.class);
        assertThatThrownBy(staged::prepare).isInstanceOf(FsException.class);
        staged.close();
        write(0, new byte[3 * Blocks.BYTES], CompressionMode.NONE); // to another segment
        commit();
        assertThat(volume.check().findings()).isEmpty();
    }
}
