package dev.ring3.fs.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several threads, each in a directory of its own and with a model of it, while another takes snapshots and deletes them,
 * so that nodes of the tree go and merge under the writers, and checks the volume meanwhile. Caches are small: inodes come and
 * go.
 */
class VolumeStressTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");
    private static final int THREADS = 4;
    private static final int STEPS = Integer.getInteger("ring3.steps", LONG ? 200_000 : 1_500);
    private static final String COUNTED = "counted";
    private static final long COUNT_OFFSET = 4092;
    private static final XattrName COUNTER = XattrName.parse("user.counter");

    /** Few enough that what the threads write and read does not fit by far. */
    private static final long MEMORY_BYTES = 48 * 4096;

    private final TestDisk disk = new TestDisk();

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS) // of a hang; the long run takes its time
    void threads_underSnapshots_agreeWithTheirModels() throws Exception {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        Volume volume = disk.open(disk.options()
                .withCommitInterval(Duration.ofMillis(20))
                .withTrimInterval(Duration.ofMillis(100))
                .withCachedInodes(64)
                .withMemoryBytes(MEMORY_BYTES));
        AtomicInteger running = new AtomicInteger(THREADS);
        List<Model> models = new ArrayList<>();
        try (volume;
                ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1)) {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                NodeId base = directory(volume, "t" + i);
                Model model = modelOf(volume, base, "t" + i);
                models.add(model);
                results.add(pool.submit(() -> {
                    try {
                        work(volume, base, model, random);
                    } finally {
                        running.decrementAndGet();
                    }
                }));
            }
            results.add(pool.submit(() -> takeSnapshots(volume, new Random(seed - 1), running)));
            for (Future<?> result : results) {
                result.get();
            }
            awaitCleaned(volume);
            assertThat(volume.check().findings()).isEmpty();
            for (Model model : models) {
                model.nodes.remove(Reserved.ROOT);
                model.requireSame(volume, SubvolumeId.FIRST);
            }
            assertThat(volume.subvolumes().tree()).hasSize(1);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("replay, if it helps, with -Dring3.seed=" + seed, e);
        }
    }

    private static void work(Volume volume, NodeId base, Model model, Random random) {
        NodeId second = new NodeId(
                base.subvolume(),
                Objects.requireNonNull(volume.find(base, Name.of("second"), StatMask.QUIET))
                        .node()
                        .ino());
        ModelRun run = new ModelRun(volume, base.subvolume(), base.ino().value(), model, random);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextBoolean()) {
                run.step();
            } else {
                run.dataStep();
            }
            byte[] count = "%08d".formatted(step).getBytes(UTF_8);
            write(volume, find(volume, base, COUNTED), count);
            write(volume, find(volume, second, COUNTED), count);
            volume.setXattr(base, COUNTER, count, XattrMode.ANY, Guard.NONE);
            volume.setXattr(second, COUNTER, count, XattrMode.ANY, Guard.NONE);
        }
        volume.removeXattr(base, COUNTER, Guard.NONE);
        volume.removeXattr(second, COUNTER, Guard.NONE);
        volume.unlink(base, Name.of(COUNTED), Guard.NONE);
        volume.unlink(second, Name.of(COUNTED), Guard.NONE);
    }

    /** At the end of a block and the beginning of the next. */
    private static void write(Volume volume, NodeId file, byte[] count) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, COUNT_OFFSET, MemorySegment.ofArray(count), WriteOptions.PLAIN);
        }
    }

    private static int read(Volume volume, NodeId file) {
        byte[] count = new byte[8];
        try (OpenNode open = volume.open(file)) {
            long length = volume.read(open, COUNT_OFFSET, MemorySegment.ofArray(count));
            return length == 0 ? -1 : Integer.parseInt(new String(count, UTF_8));
        }
    }

    private static void takeSnapshots(Volume volume, Random random, AtomicInteger running) {
        List<SubvolumeId> taken = new ArrayList<>();
        int names = 0;
        while (running.get() > 0) {
            if (taken.size() < 4) {
                SubvolumeId snapshot =
                        volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("s" + names++), random.nextBoolean());
                requireOneMoment(volume, snapshot);
                assertThat(volume.check().findings()).as("while all write").isEmpty();
                taken.add(snapshot);
            } else {
                volume.subvolumes().delete(taken.remove(random.nextInt(taken.size())));
            }
        }
        taken.forEach(volume.subvolumes()::delete);
    }

    /** Each thread counts in one place, then in another: no snapshot has the second without the first. */
    private static void requireOneMoment(Volume volume, SubvolumeId snapshot) {
        for (int i = 0; i < THREADS; i++) {
            NodeId base = find(volume, NodeId.rootOf(snapshot), "t" + i);
            int first = count(volume, base);
            int second = count(volume, find(volume, base, "second"));
            assertThat(first - second)
                    .as("in %s, thread %d: %d, %d", snapshot, i, first, second)
                    .isBetween(0, 1);
            if (volume.find(base, Name.of(COUNTED), StatMask.QUIET) == null) {
                continue; // that thread has ended
            }
            int written = read(volume, find(volume, base, COUNTED));
            int writtenSecond = read(volume, find(volume, find(volume, base, "second"), COUNTED));
            assertThat(List.of(written - writtenSecond, writtenSecond - first))
                    .as("in %s, thread %d: %d, %d, %d", snapshot, i, written, writtenSecond, first)
                    .isIn(List.of(0, 0), List.of(1, 0), List.of(0, 1));
        }
    }

    private static int count(Volume volume, NodeId node) {
        byte[] value = volume.xattr(node, COUNTER);
        return value == null ? -1 : Integer.parseInt(new String(value, UTF_8));
    }

    private static NodeId find(Volume volume, NodeId directory, String name) {
        return Objects.requireNonNull(volume.find(directory, Name.of(name), StatMask.QUIET))
                .node();
    }

    private static NodeId directory(Volume volume, String name) {
        NewNode directory = NewNode.of(FileType.DIRECTORY, 0777, 0, 1, 1);
        NodeId base = volume.create(volume.root(), Name.of(name), directory, Guard.NONE)
                .node()
                .node();
        NodeId second = volume.create(base, Name.of("second"), directory, Guard.NONE)
                .node()
                .node();
        NewNode file = NewNode.of(FileType.REGULAR, 0666, 0, 1, 1);
        volume.create(base, Name.of(COUNTED), file, Guard.NONE);
        volume.create(second, Name.of(COUNTED), file, Guard.NONE);
        return base;
    }

    private static Model modelOf(Volume volume, NodeId base, String name) {
        Model model = Model.empty();
        Model.Node directory = new Model.Node(FileType.DIRECTORY);
        model.nodes.put(base.ino().value(), directory);
        model.enter(Reserved.ROOT, name, base.ino().value());
        long second = find(volume, base, "second").ino().value();
        model.nodes.put(second, new Model.Node(FileType.DIRECTORY));
        model.enter(base.ino().value(), "second", second);
        return model;
    }

    private static void awaitCleaned(Volume volume) throws InterruptedException {
        while (volume.subvolumes().pendingKeys() > 0
                || volume.subvolumes().tree().size() > 1) {
            Thread.sleep(10);
        }
    }
}
