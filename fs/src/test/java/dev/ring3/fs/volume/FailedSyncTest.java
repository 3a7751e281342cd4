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
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.extent.SimulatedDisk;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A sync of the device that fails is told once; nothing is lost that can still be read, and nothing silently. */
class FailedSyncTest {
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 1, 1);

    private final SimulatedDisk device = new SimulatedDisk(new Random(1), 64, () -> {});
    private final TestDisk disk = TestDisk.losing(device);

    @Test
    void fsync_afterOneThatFailed_makesTheSameDataDurable() {
        byte[] data = new byte[200_000];
        new Random(2).nextBytes(data);
        NodeId file;
        TestDisk crashed;
        try (Volume volume = disk.open()) {
            file = volume.create(volume.root(), Name.of("f"), FILE, Guard.NONE)
                    .node()
                    .node();
            try (OpenNode open = volume.open(file)) {
                volume.write(open, 0, MemorySegment.ofArray(data), WriteOptions.PLAIN);
                device.failNextSync();
                assertThatThrownBy(() -> volume.sync(open, true))
                        .isInstanceOfSatisfying(
                                FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
                assertThat(read(volume, open, data.length)).isEqualTo(data);
                volume.sync(open, true);
            }
            crashed = disk.afterCrash(
                    disk.store().lastDurable(), device.crashed(SimulatedDisk.Loss.ALL, new Random(3), () -> {}));
        }
        try (Volume volume = crashed.open();
                OpenNode open = volume.open(file)) {
            assertThat(read(volume, open, data.length)).isEqualTo(data);
            assertThat(volume.check().findings()).isEmpty();
        }
    }

    private static byte[] read(Volume volume, OpenNode open, int count) {
        byte[] bytes = new byte[count];
        assertThat(volume.read(open, 0, MemorySegment.ofArray(bytes))).isEqualTo(count);
        return bytes;
    }
}
