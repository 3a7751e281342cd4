package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Threads with files of their own and one that they clone from, on a volume that is nearly full, beside trim and scrub. */
class DataStressTest {
    private static final int THREADS = 4;
    private static final int OPERATIONS = Boolean.getBoolean("ring3.long") ? 20_000 : 120;
    private static final DataOptions OPTIONS = new DataOptions(1024, Long.MAX_VALUE, 0, 0);
    private static final Ino SHARED = new Ino(100);

    private final OrderedStore store = new MemoryMedium().open("stress");
    private final TestVolume volume = new TestVolume(store, new MemoryBlockDevice(Blocks.bytes(2 * 1024)), OPTIONS);
    private final ReentrantLock sharedLock = new ReentrantLock(); // the lock of the inode SHARED
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void threads_onANearlyFullVolume_keepTheirDataAndCounts() throws Exception {
        volume.write(SHARED, TestVolume.FIRST, 0, filled(200 * Blocks.BYTES, 99), DataModel.TO_SEGMENT);
        List<Future<Integer>> workers = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1)) {
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                workers.add(pool.submit(() -> work(new Ino(number + 1), new Random(number))));
            }
            Future<?> housekeeper = pool.submit(this::keepHouse);
            int refused = 0;
            try {
                for (Future<Integer> worker : workers) {
                    refused += worker.get();
                }
            } finally {
                done.set(true);
            }
            housekeeper.get();
            assertThat(refused).as("times the volume was full").isPositive();
        } catch (ExecutionException e) {
            throw new AssertionError("a thread failed", e.getCause());
        }
        assertThat(volume.check().findings()).isEmpty();
        assertThat(volume.scrub().findings()).isEmpty();
    }

    private void keepHouse() {
        while (!done.get()) {
            store.durable(store.lastWritten());
            volume.data.trim();
            assertThat(volume.scrub().findings()).isEmpty();
            assertThat(volume.check().findings()).isEmpty();
        }
    }

    /** Each byte of the file says who wrote it last; returns how often there was no space. */
    private int work(Ino ino, Random random) {
        byte[] model = new byte[0];
        int refused = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            int offset = random.nextInt(300) * Blocks.BYTES;
            int length = 1 + random.nextInt(600 * Blocks.BYTES);
            try {
                model = switch (random.nextInt(6)) {
                    case 0, 1, 2 -> write(ino, model, offset, filled(length, i), random);
                    case 3 -> truncate(ino, model, random.nextInt(100 * Blocks.BYTES));
                    case 4 -> cloneShared(ino, model, offset);
                    default -> punch(ino, model, offset, length);
                };
            } catch (FsException e) {
                assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
                refused++;
            }
            byte[] read = volume.read(ino, TestVolume.FIRST);
            assertThat(Arrays.mismatch(read, model))
                    .as("first wrong byte of %s", ino)
                    .isEqualTo(-1);
        }
        return refused;
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) (value | 1));
        return bytes;
    }

    private byte[] write(Ino ino, byte[] model, int offset, byte[] data, Random random) {
        CompressionMode compression = CompressionMode.values()[random.nextInt(2)];
        WriteBack how = new WriteBack(WriteBack.Placement.values()[random.nextInt(2)], compression);
        volume.write(ino, TestVolume.FIRST, offset, data, how);
        byte[] next = Arrays.copyOf(model, Math.max(model.length, offset + data.length));
        System.arraycopy(data, 0, next, offset, data.length);
        return next;
    }

    private byte[] truncate(Ino ino, byte[] model, int size) {
        volume.change(
                ino,
                TestVolume.FIRST,
                size,
                (t, r) -> volume.data.truncate(t, r, size, Integer.MAX_VALUE).allocatedBlocks());
        return Arrays.copyOf(model, size);
    }

    private byte[] punch(Ino ino, byte[] model, int offset, int length) {
        volume.change(ino, TestVolume.FIRST, model.length, (t, r) -> volume.data.punch(t, r, offset, length));
        byte[] next = model.clone();
        Arrays.fill(next, Math.min(offset, next.length), Math.min(offset + length, next.length), (byte) 0);
        return next;
    }

    private byte[] cloneShared(Ino ino, byte[] model, int offset) {
        int bytes = 200 * Blocks.BYTES;
        int size = Math.max(model.length, offset + bytes);
        sharedLock.lock();
        try {
            volume.change(
                    ino,
                    TestVolume.FIRST,
                    size,
                    (t, r) -> volume.data.cloneRange(t, volume.records(SHARED, TestVolume.FIRST), 0, r, offset, bytes));
        } finally {
            sharedLock.unlock();
        }
        byte[] next = Arrays.copyOf(model, size);
        Arrays.fill(next, offset, offset + bytes, (byte) 99);
        return next;
    }
}
