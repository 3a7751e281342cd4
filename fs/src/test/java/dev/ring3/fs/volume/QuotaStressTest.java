package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many who want more than a subvolume may have, by every way there is to get it, while somebody looks: it never has a byte
 * or an inode more, and what was refused has changed nothing.
 */
class QuotaStressTest {
    private static final int THREADS = 6;
    private static final int STEPS = Boolean.getBoolean("ring3.long") ? 40_000 : 400;
    private static final int BLOCK = 4096;
    private static final long QUOTA_BYTES = 200L * BLOCK;
    private static final long QUOTA_INODES = 40;
    private static final int FILE_BLOCKS = 60;
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0666, 0, 1, 1);
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 0777, 0, 1, 1);

    private final TestDisk disk = new TestDisk();
    private final long seed = Long.getLong("ring3.seed", new Random().nextLong());
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS) // of a hang; the long run takes its time
    void writers_byEveryWay_getNoMoreThanTheQuota() throws Exception {
        try (Volume volume = disk.open(
                        disk.options().withCommitInterval(Duration.ofMillis(10)).withMemoryBytes(48L * BLOCK));
                ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1)) {
            SubvolumeId limited = volume.subvolumes().create(volume.root(), Name.of("q"), DIRECTORY, Guard.NONE);
            NodeId source = volume.create(volume.root(), Name.of("source"), FILE, Guard.NONE)
                    .node()
                    .node();
            write(volume, source, 0, FILE_BLOCKS * BLOCK, WriteOptions.PLAIN);
            volume.subvolumes().setQuota(limited, QUOTA_BYTES, QUOTA_INODES);
            Future<Long> looks = pool.submit(() -> look(volume, limited));
            List<Future<Map<Errno, Integer>>> writers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                int number = i;
                writers.add(pool.submit(() -> work(volume, limited, source, number, random)));
            }
            int refused = 0;
            try {
                for (Future<Map<Errno, Integer>> writer : writers) {
                    refused += writer.get().getOrDefault(Errno.EDQUOT, 0);
                }
            } finally {
                done.set(true);
            }
            assertThat(looks.get()).as("looks").isPositive();
            assertThat(refused).as("times the quota was met").isPositive();
            assertThat(volume.check().findings()).isEmpty();
            volume.syncAll();
            requireExact(volume, limited);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("replay, if it helps, with -Dring3.seed=" + seed, e);
        }
    }

    /** The check is worth something: with no quota the same writers take more. */
    @Test
    void control_withoutAQuota_isTold() throws Exception {
        try (Volume volume = disk.open()) {
            SubvolumeId free = volume.subvolumes().create(volume.root(), Name.of("q"), DIRECTORY, Guard.NONE);
            NodeId source = volume.create(volume.root(), Name.of("source"), FILE, Guard.NONE)
                    .node()
                    .node();
            write(volume, source, 0, FILE_BLOCKS * BLOCK, WriteOptions.PLAIN);
            long bytes = 0;
            for (int i = 0; i < THREADS; i++) {
                assertThat(work(volume, free, source, i, new Random(i))).doesNotContainKey(Errno.EDQUOT);
                bytes = Math.max(bytes, volume.subvolumes().info(free).referencedBytes());
            }
            assertThat(bytes).isGreaterThan(QUOTA_BYTES);
        }
    }

    private long look(Volume volume, SubvolumeId limited) {
        long looks = 0;
        while (!done.get()) {
            SubvolumeInfo info = volume.subvolumes().info(limited);
            assertThat(info.referencedBytes()).isBetween(0L, QUOTA_BYTES);
            assertThat(info.referencedInodes()).isBetween(1L, QUOTA_INODES);
            looks++;
        }
        return looks;
    }

    /** What is counted is what is there. */
    private static void requireExact(Volume volume, SubvolumeId limited) {
        long[] bytes = {0};
        long[] inodes = {1};
        NodeId root = NodeId.rootOf(limited);
        volume.readDirectory(root, 0, (name, cookie, node, type) -> {
            Stat stat = volume.stat(node, StatMask.ALL);
            bytes[0] += stat.allocatedBytes();
            inodes[0]++;
            return true;
        });
        SubvolumeInfo info = volume.subvolumes().info(limited);
        assertThat(info.referencedBytes()).isEqualTo(bytes[0]);
        assertThat(info.referencedInodes()).isEqualTo(inodes[0]);
    }

    private static Map<Errno, Integer> work(
            Volume volume, SubvolumeId limited, NodeId source, int number, Random random) {
        Map<Errno, Integer> refusals = new EnumMap<>(Errno.class);
        NodeId root = NodeId.rootOf(limited);
        for (int step = 0; step < STEPS; step++) {
            Name name = Name.of("f%d-%d".formatted(number, random.nextInt(12)));
            try {
                step(volume, root, name, source, random);
            } catch (FsException e) {
                assertThat(e.errno()).as("%s of %s", e, name).isIn(Errno.EDQUOT, Errno.ENOENT, Errno.EXDEV);
                refusals.merge(e.errno(), 1, Integer::sum);
            }
        }
        return refusals;
    }

    private static void step(Volume volume, NodeId root, Name name, NodeId source, Random random) {
        Optional<NodeId> found =
                Optional.ofNullable(volume.find(root, name, StatMask.QUIET)).map(Stat::node);
        if (found.isEmpty()) {
            volume.create(root, name, FILE, Guard.NONE);
            return;
        }
        NodeId file = found.get();
        long offset = (long) random.nextInt(FILE_BLOCKS) * BLOCK;
        int length = 1 + random.nextInt(20 * BLOCK);
        switch (random.nextInt(9)) {
            case 0, 1 -> write(volume, file, offset + random.nextInt(BLOCK), length, WriteOptions.PLAIN);
            case 2 -> write(volume, file, offset, length, new WriteOptions(false, WriteOptions.Sync.DATA, false));
            case 3 -> write(volume, file, (1L << 61) + offset, BLOCK, WriteOptions.PLAIN); // past the cache
            case 4 -> volume.setAttributes(file, AttrChange.NONE.withSize(random.nextInt(8 * BLOCK)), Guard.NONE);
            case 5 -> {
                try (OpenNode from = volume.open(source);
                        OpenNode to = volume.open(file)) {
                    volume.cloneRange(from, 0, to, offset, (1L + random.nextInt(FILE_BLOCKS)) * BLOCK, false);
                }
            }
            case 6 -> {
                try (OpenNode open = volume.open(file)) {
                    volume.allocate(open, AllocateMode.ALLOCATE, offset, length, false);
                }
            }
            case 7 -> volume.rename(volume.root(), Name.of("source"), root, name, RenameMode.REPLACE, RenameGuard.NONE);
            default -> volume.unlink(root, name, Guard.NONE);
        }
    }

    private static void write(Volume volume, NodeId file, long offset, int length, WriteOptions options) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, offset, MemorySegment.ofArray(new byte[length]), options);
        }
    }
}
