package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On files of this machine. */
class HostBlockDeviceTest {
    private static final int SEGMENT = 1024;
    private static final long SEGMENT_BYTES = Blocks.bytes(SEGMENT);

    @TempDir
    Path directory;

    private BlockDevice device(HostCaching caching) {
        assumeThat(System.getProperty("os.name")).as("system calls of Linux").isEqualTo("Linux");
        return new HostBlockDevice(directory, caching);
    }

    @ParameterizedTest
    @EnumSource
    void segment_writtenAndReopened_isRead(HostCaching caching) {
        BlockDevice device = device(caching);
        byte[] bytes = new byte[3 * Blocks.BYTES];
        new Random(1).nextBytes(bytes);
        try (SegmentFile file = device.create(42, SEGMENT_BYTES)) {
            file.write(Blocks.BYTES, MemorySegment.ofArray(bytes));
            file.force();
        } catch (FsException e) {
            assumeThat(e.errno()).as("O_DIRECT in %s", directory).isNotEqualTo(Errno.EIO);
        }
        assertThat(device.segments()).containsExactly(42);
        assertThat(directory.resolve("segment-0000002a.data")).hasSize(SEGMENT_BYTES);
        try (SegmentFile file = device.open(42, SEGMENT_BYTES);
                Arena arena = Arena.ofConfined()) {
            MemorySegment unaligned =
                    arena.allocate(bytes.length + 8, Blocks.BYTES).asSlice(8);
            file.read(Blocks.BYTES, unaligned);
            assertThat(unaligned.mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
        }
        device.delete(42);
        assertThat(device.segments()).isEmpty();
    }

    @Test
    void segment_punched_isSparseUntilAllocated() {
        BlockDevice device = device(HostCaching.CACHED);
        try (SegmentFile file = device.create(0, SEGMENT_BYTES)) {
            file.write(0, MemorySegment.ofArray(new byte[(int) SEGMENT_BYTES]));
            assertThat(file.isSparse()).isFalse();
            assumeThat(file.punch(1 << 20, 1 << 20))
                    .as("holes can be punched in %s", directory)
                    .isTrue();
            assertThat(file.isSparse()).isTrue();
            file.allocate(1 << 20, 1 << 20);
            assertThat(file.isSparse()).isFalse();
        }
    }

    @Test
    void segment_cutShortByACrash_getsItsSizeBack() throws IOException {
        BlockDevice device = device(HostCaching.CACHED);
        Files.write(directory.resolve("segment-00000000.data"), new byte[100]);
        try (SegmentFile file = device.open(0, SEGMENT_BYTES)) {
            MemorySegment last = MemorySegment.ofArray(new byte[Blocks.BYTES]);
            file.read(SEGMENT_BYTES - Blocks.BYTES, last);
            assertThat(file.isSparse()).isTrue();
        }
    }

    @Test
    void create_existing_failsAndLeavesIt() {
        BlockDevice device = device(HostCaching.CACHED);
        device.create(0, SEGMENT_BYTES).close();

        assertThatThrownBy(() -> device.create(0, SEGMENT_BYTES)).isInstanceOf(FsException.class);
        assertThat(device.segments()).containsExactly(0);
    }

    @Test
    void reserve_heldAndReleased_takesSpaceOfTheHost() throws IOException {
        BlockDevice device = device(HostCaching.CACHED);
        assertThat(device.holdReserve(3 << 20)).isEqualTo(3 << 20);
        assertThat(Files.size(directory.resolve("reserve"))).isEqualTo(3 << 20);
        assertThat(device.segments()).isEmpty();
        device.releaseReserve();
        assertThat(Files.size(directory.resolve("reserve"))).isZero();
        assertThat(device.usableBytes()).isPositive();
    }

    @Test
    void open_missingSegment_saysWhich() {
        BlockDevice device = device(HostCaching.CACHED);
        assertThatThrownBy(() -> device.open(7, SEGMENT_BYTES))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
                .hasMessageContaining("segment-00000007.data");
    }

    /** A volume's life on real files: write, free, give back, reopen, write again. */
    @Test
    void volume_trimmedAndReopened_reusesWhatItGaveBack() throws IOException {
        MemoryMedium medium = new MemoryMedium();
        DataOptions options = new DataOptions(SEGMENT, Long.MAX_VALUE, 0, 0);
        byte[] bytes = new byte[900 * Blocks.BYTES];
        new Random(2).nextBytes(bytes);
        Ino kept = new Ino(5);
        Ino gone = new Ino(6);
        try (TestVolume volume = new TestVolume(medium.open("test"), device(HostCaching.UNCACHED), options)) {
            volume.write(kept, TestVolume.FIRST, 0, java.util.Arrays.copyOf(bytes, 100_000), DataModel.TO_SEGMENT);
            volume.write(gone, TestVolume.FIRST, 0, bytes, DataModel.TO_SEGMENT);
            volume.change(
                    gone,
                    TestVolume.FIRST,
                    0,
                    (t, r) -> volume.data.truncate(t, r, 0, 1000).allocatedBlocks());
            volume.store.durable(volume.store.lastWritten());
            long given = volume.data.trim();
            assumeThat(given).as("holes can be punched in %s", directory).isPositive();
            assertThat(given).isEqualTo(SEGMENT_BYTES - Blocks.bytes(25)); // all but what holds the 100,000 bytes
        }
        try (TestVolume volume = new TestVolume(medium.open("test"), device(HostCaching.UNCACHED), options)) {
            assertThat(volume.check().findings()).isEmpty();
            volume.write(gone, TestVolume.FIRST, 0, bytes, DataModel.TO_SEGMENT);
            assertThat(volume.read(gone, TestVolume.FIRST)).isEqualTo(bytes);
            assertThat(volume.read(kept, TestVolume.FIRST)).isEqualTo(java.util.Arrays.copyOf(bytes, 100_000));
            assertThat(directory.toFile().list((_, name) -> name.endsWith(".data")))
                    .hasSize(1);
            assertThat(volume.check().findings()).isEmpty();
            assertThat(volume.scrub().findings()).isEmpty();
        }
    }

    @Test
    void canBeDirect_probe_leavesNothingAndSaysWhatOpeningDoes() {
        boolean direct = HostBlockDevice.canBeDirect(directory);
        assertThat(directory).isEmptyDirectory();
        if (direct) {
            HostBlockDevice device = new HostBlockDevice(directory, HostCaching.DIRECT);
            try (SegmentFile segment = device.create(0, 1 << 20)) {
                segment.write(4096, MemorySegment.ofArray(new byte[8192])); // not aligned: copied
                segment.force();
            }
        }
        assertThat(HostBlockDevice.canBeDirect(directory.resolve("missing"))).isFalse();
    }
}
