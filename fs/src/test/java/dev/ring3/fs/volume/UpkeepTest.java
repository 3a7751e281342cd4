package dev.ring3.fs.volume;

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
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.MemoryBlockDevice;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.fs.testkit.FaultyStore;
import dev.ring3.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UpkeepTest {
    private static final long FILE_BYTES = 16 << 20;
    private static final int SEGMENT_BLOCKS = 256;
    private static final Name FILE = Name.of("file");

    private final MemoryBlockDevice device = new MemoryBlockDevice(1 << 30);

    @Test
    void space_thatIsFreed_goesBackToTheHost() throws InterruptedException {
        try (Volume volume = open(Duration.ZERO)) {
            fill(volume);
            assertThat(device.segments()).hasSizeGreaterThan(8);

            volume.unlink(volume.root(), FILE, Guard.NONE);

            long deadlineNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (device.segments().size() > 2) {
                assertThat(System.nanoTime()).as("still %s", device.segments()).isLessThan(deadlineNanos);
                Thread.sleep(5);
            }
        }
    }

    @Test
    void space_beforeTheIntervalIsOver_stays() throws InterruptedException {
        try (Volume volume = open(Duration.ofDays(1))) {
            fill(volume);
            int segments = device.segments().size();
            volume.unlink(volume.root(), FILE, Guard.NONE);

            Thread.sleep(200);

            assertThat(device.segments()).hasSize(segments);
        }
    }

    @Test
    void smallSyncs_moveToSegments_alsoWhatSnapshotsShow() throws InterruptedException {
        TestDisk disk = new TestDisk();
        try (Volume volume = disk.open(
                disk.options().withCommitInterval(Duration.ofMillis(5)).withTrimInterval(Duration.ZERO))) {
            NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
            var made = volume.create(volume.root(), FILE, shape, Guard.NONE);
            NodeId file = made.node().node();
            writeAndSync(volume, file, 0, 1);
            writeAndSync(volume, file, 4096, 2);
            SubvolumeId snapshot = volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("frozen"), true);
            volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("clone"), false);
            writeAndSync(volume, file, 4096, 3);

            long deadlineNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (hasSmallData(disk)) {
                assertThat(System.nanoTime()).as("still small data").isLessThan(deadlineNanos);
                Thread.sleep(5);
            }

            assertThat(read(volume, file)).isEqualTo("1 3");
            assertThat(read(volume, new NodeId(snapshot, file.ino()))).isEqualTo("1 2");
            assertThat(volume.check().findings()).isEmpty();
        }
    }

    private static void writeAndSync(Volume volume, NodeId file, long offset, int value) {
        try (OpenNode open = volume.open(file)) {
            byte[] block = new byte[4096];
            Arrays.fill(block, (byte) value);
            volume.write(open, offset, MemorySegment.ofArray(block), WriteOptions.PLAIN);
            volume.sync(open, true);
        }
    }

    /** What fills the first block, and the second. */
    private static String read(Volume volume, NodeId file) {
        byte[] bytes = new byte[8192];
        try (OpenNode open = volume.open(file)) {
            volume.read(open, 0, MemorySegment.ofArray(bytes));
        }
        return bytes[4095] + " " + bytes[4096];
    }

    private static boolean hasSmallData(TestDisk disk) {
        try (Cursor cursor = disk.store().scan(new byte[] {'F', 's'}, new byte[] {'F', 't'})) {
            return cursor.next();
        }
    }

    @Test
    void unlink_storeIsFull_worksInTheReserve() {
        FaultyStore store = new FaultyStore(new MemoryMedium().open("this test"));
        VolumeOptions options = VolumeOptions.DEFAULT
                .withCommitInterval(Duration.ZERO)
                .withData(new DataOptions(SEGMENT_BLOCKS, Long.MAX_VALUE, 0, 1 << 20));
        try (Volume volume = Volume.open(store, device, options)) {
            NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
            volume.create(volume.root(), FILE, shape, Guard.NONE);

            store.failWrite(0, Errno.ENOSPC);
            volume.unlink(volume.root(), FILE, Guard.NONE);

            assertThat(volume.find(volume.root(), FILE, StatMask.QUIET)).isNull();
            store.failWrite(0, Errno.ENOSPC);
            assertThatThrownBy(() -> volume.create(volume.root(), FILE, shape, Guard.NONE))
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
        }
    }

    private Volume open(Duration trimInterval) {
        VolumeOptions options = VolumeOptions.DEFAULT
                .withCommitInterval(Duration.ofMillis(5))
                .withTrimInterval(trimInterval)
                .withData(DataOptions.DEFAULT.withSegmentBlocks(SEGMENT_BLOCKS));
        return Volume.open(new MemoryMedium().open("this test"), device, options);
    }

    private static void fill(Volume volume) {
        NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
        var made = volume.create(volume.root(), FILE, shape, Guard.NONE);
        try (OpenNode file = volume.open(made.node().node());
                Arena arena = Arena.ofConfined()) {
            volume.write(file, 0, arena.allocate(FILE_BYTES).fill((byte) 7), WriteOptions.PLAIN);
            volume.syncAll();
        }
    }
}
