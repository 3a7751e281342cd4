package dev.ring3.it.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.HostBlockDevice;
import dev.ring3.fs.extent.HostCaching;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A volume on RocksDB and files, on ext4, on a disk whose power is cut at any moment; the package says how. */
class PowerCutTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");
    private static final int CUTS = Integer.getInteger("ring3.cuts", LONG ? 1_000 : 24);
    private static final int OPERATIONS = Integer.getInteger("ring3.steps", LONG ? 1_500 : 120);

    /** Each control is found out long before. */
    private static final int CONTROL_CUTS = 60;

    private static final int CONTROL_OPERATIONS = 60;

    /** So much that the store makes its logs long before it needs them, and takes old ones for new: it wants 512 MiB free. */
    private static final long DISK_BYTES = 1L << 30;

    private static final int SEGMENT_BLOCKS = 1 << 12;

    /** What is done wrong on purpose, to see that it is seen. */
    enum Fault {
        NONE(""),
        /** The host's filesystem sends no flushes: what it says is durable is not. */
        NO_BARRIERS("barrier=0"),
        /** The volume does not sync data before it names it. */
        DATA_IS_NOT_FORCED(""),
        /** The volume does not sync its log. */
        LOG_IS_NOT_SYNCED("");

        private final String mountOptions;

        Fault(String mountOptions) {
            this.mountOptions = mountOptions;
        }
    }

    @TempDir
    Path folder;

    @BeforeEach
    void require() {
        String missing = HostDisk.missing();
        assumeTrue(missing.isEmpty(), "power cuts want " + missing);
    }

    @Test
    void volume_afterAnyCut_holdsWhatWasPromised() throws Exception {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        try {
            run(seed, Fault.NONE, OPERATIONS, CUTS);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("replay with -Dring3.seed=" + seed, e);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = Mode.EXCLUDE)
    void control_aSyncThatIsLeftOut_isFound(Fault fault) {
        assertThatThrownBy(() -> run(1, fault, CONTROL_OPERATIONS, CONTROL_CUTS))
                .isInstanceOf(AssertionError.class);
    }

    private void run(long seed, Fault fault, int operations, int cuts) throws Exception {
        Random random = new Random(seed);
        HostCaching caching =
                fault == Fault.DATA_IS_NOT_FORCED || random.nextBoolean() ? HostCaching.CACHED : HostCaching.DIRECT;
        BlockLog log = new BlockLog(DISK_BYTES);
        CutWorkload past = record(log, fault, caching, random, operations);
        List<BlockLog.Entry> entries = log.entries();
        int first = begin(entries);
        int[] moments = random.ints(cuts, first, entries.size() + 1).sorted().toArray();
        BlockLog.Replay replay = new BlockLog.Replay(entries);
        for (int moment : moments) {
            BlockLog.Loss loss = BlockLog.Loss.values()[random.nextInt(BlockLog.Loss.values().length)];
            BlockLog.Mark mark = replay.mark(moment);
            try {
                check(replay.cut(moment, loss, random), past, mark, caching);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "after %d of %d writes and flushes, losing %s, at %s"
                                .formatted(moment, entries.size(), loss, mark),
                        e);
            }
        }
    }

    /** Cuts before the first operation, while there is no volume yet, are no concern of ours. */
    private static int begin(List<BlockLog.Entry> entries) {
        return IntStream.range(0, entries.size())
                .filter(at -> entries.get(at) instanceof BlockLog.Mark)
                .findFirst()
                .orElseThrow();
    }

    private CutWorkload record(BlockLog log, Fault fault, HostCaching caching, Random random, int operations)
            throws Exception {
        Path served = Files.createDirectories(folder.resolve("served"));
        Path mounted = Files.createDirectories(folder.resolve("mounted"));
        try (FuseMount fuse = FuseMount.mount(
                new Vfs(new DiskTree(log)), served, MountOptions.DEFAULT.withSource("ring3-power-cut"))) {
            Path file = fuse.directory().resolve("disk");
            HostDisk.format(file);
            String options = fault.mountOptions.isEmpty() ? "barrier=1" : fault.mountOptions;
            try (HostDisk _ = HostDisk.mount(file, mounted, options);
                    Volume volume = open(mounted, fault, caching)) {
                volume.syncAll();
                CutWorkload workload = new CutWorkload(volume, log, random);
                workload.run(operations);
                return workload;
            }
        }
    }

    private void check(BlockLog.Image image, CutWorkload past, BlockLog.Mark mark, HostCaching caching)
            throws IOException {
        Path file = folder.resolve("left");
        Path mounted = Files.createDirectories(folder.resolve("mounted"));
        image.save(file, DISK_BYTES);
        try (HostDisk _ = HostDisk.mount(file, mounted, "barrier=0"); // nobody cuts this one
                Volume volume = open(mounted, Fault.NONE, caching)) {
            new CutCheck(past, mark, volume).run();
        }
    }

    private static Volume open(Path directory, Fault fault, HostCaching caching) {
        OrderedStore store = OrderedStoreProvider.named("rocksdb").open(directory.resolve("metadata"), "the test");
        BlockDevice device = new HostBlockDevice(directory.resolve("data"), caching);
        VolumeOptions options = VolumeOptions.DEFAULT
                .withCommitInterval(Duration.ofMillis(200))
                .withMemoryBytes(4 << 20)
                .withData(new DataOptions(SEGMENT_BLOCKS, Long.MAX_VALUE, 1 << 20, 1 << 20));
        return Volume.open(
                fault == Fault.LOG_IS_NOT_SYNCED ? new UnsyncedStore(store) : store,
                fault == Fault.DATA_IS_NOT_FORCED ? new UnforcedDevice(device) : device,
                options);
    }
}
