package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.linux.Errno;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same workload on a disk that is full from its first, second, third ... request for space on. */
class DiskFullTest {
    private static final DataOptions OPTIONS = new DataOptions(64, Long.MAX_VALUE, 0, 0);
    private static final int FILES = 6;

    private int requests; // of the run at hand, that found room

    /** The store is full too, or only the disk of segments. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void workload_fullAtEveryPoint_losesNothingThatWasThereAndCanDelete(boolean storeToo) {
        int points = 0;
        do {
            requests = 0;
            run(points++, storeToo);
        } while (requests >= points - 1); // until there is room for all of it
        assertThat(points).isGreaterThan(storeToo ? 15 : 4);
    }

    private boolean isFull(int after) {
        return requests++ >= after;
    }

    private void run(int after, boolean storeToo) {
        boolean[] deleting = {false};
        SimulatedDisk disk = new SimulatedDisk(new Random(1), 64, () -> {}) {
            @Override
            public SegmentFile create(int number, long bytes) {
                if (isFull(after)) {
                    throw new FsException(Errno.ENOSPC, "create", "a full disk");
                }
                return super.create(number, bytes);
            }
        };
        MemoryMedium medium = new MemoryMedium();
        WatchedStore store = new WatchedStore(medium.open("full"), () -> {});
        TestVolume volume = new TestVolume(store, disk, OPTIONS);
        store.setFullWhile(() -> storeToo && !deleting[0] && isFull(after));
        byte[][] expected = new byte[FILES][];
        for (int i = 0; i < FILES; i++) {
            expected[i] = new byte[0];
            byte[] data = new byte[30 * Blocks.BYTES];
            new Random(i).nextBytes(data);
            Ino ino = new Ino(i + 1);
            try {
                volume.write(ino, TestVolume.FIRST, 0, data, DataModel.TO_SEGMENT);
                expected[i] = data;
                volume.write(ino, TestVolume.FIRST, 4 * Blocks.BYTES, new byte[3], DataModel.TO_SEGMENT);
                expected[i] = data.clone();
                Arrays.fill(expected[i], 4 * Blocks.BYTES, 4 * Blocks.BYTES + 3, (byte) 0);
            } catch (FsException e) {
                assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
            }
        }
        verify(volume, expected);
        deleting[0] = true; // what a reserve of the host is for
        for (int i = 0; i < FILES; i += 2) {
            volume.change(
                    new Ino(i + 1),
                    TestVolume.FIRST,
                    0,
                    (t, r) -> volume.data.truncate(t, r, 0, 100).allocatedBlocks());
            expected[i] = new byte[0];
        }
        verify(volume, expected);
        volume.close();
        verify(new TestVolume(medium.open("again"), disk, OPTIONS), expected);
    }

    private static void verify(TestVolume volume, byte[][] expected) {
        for (int i = 0; i < FILES; i++) {
            assertThat(volume.read(new Ino(i + 1), TestVolume.FIRST)).isEqualTo(expected[i]);
        }
        assertThat(volume.check().findings()).isEmpty();
        assertThat(volume.scrub().findings()).isEmpty();
    }
}
