package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.MemoryBlockDevice;
import dev.ring3.fs.store.MemoryMedium;
import java.lang.foreign.Arena;
import java.time.Duration;
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
        }
    }
}
