package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.MemoryBlockDevice;
import dev.ring3.fs.extent.SegmentFile;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.fs.testkit.DeviceFilter;
import dev.ring3.fs.testkit.FaultyStore;
import dev.ring3.linux.Errno;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same workload on a host that has no more space from its first, second, third ... request for some on: segments,
 * and, if it is told so, batches of metadata too. What was done stays, and all of it can be deleted.
 */
class VolumeFullTest {
    private static final int STEPS = Boolean.getBoolean("ring3.long") ? 400 : 100;
    private static final int SEGMENT_BLOCKS = 64;
    private static final long RESERVE_BYTES = 1 << 20;

    /** A disk with segments, the reserve and the metadata on it. */
    private static final class Host extends DeviceFilter {
        private final boolean storeToo;
        private int requestsLeft;
        private boolean full;
        private boolean reserveHeld;

        Host(int requests, boolean storeToo) {
            super(new MemoryBlockDevice(64 << 20));
            this.requestsLeft = requests;
            this.storeToo = storeToo;
        }

        private boolean request() {
            full |= requestsLeft-- <= 0;
            return !full;
        }

        /** The store writes where the reserve was, if nowhere else. */
        boolean refusesMetadata() {
            return !request() && storeToo && reserveHeld;
        }

        void roomAgain() {
            requestsLeft = Integer.MAX_VALUE;
            full = false;
        }

        @Override
        public SegmentFile create(int number, long bytes) {
            if (!request()) {
                throw new FsException(Errno.ENOSPC, "create", "a full disk");
            }
            return super.create(number, bytes);
        }

        @Override
        public long usableBytes() {
            return full ? 0 : super.usableBytes();
        }

        @Override
        public long holdReserve(long bytes) {
            reserveHeld = reserveHeld || !full;
            return reserveHeld ? bytes : 0;
        }

        @Override
        public void releaseReserve() {
            reserveHeld = false;
        }
    }

    private final MemoryMedium medium = new MemoryMedium();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void workload_fullAtEveryPoint_keepsWhatIsThereAndCanBeDeleted(boolean storeToo) {
        int points = 0;
        boolean met = true;
        while (met) {
            met = new VolumeFullTest().run(new Host(points++, storeToo), RESERVE_BYTES);
        }
        assertThat(points).as("points").isGreaterThan(STEPS / 4);
    }

    @Test
    void control_withoutAReserve_isFound() {
        assertThatThrownBy(() -> {
                    for (int point = 0; point < STEPS; point++) {
                        Host host = new Host(point, true);
                        host.reserveHeld = true; // and nobody to let it go
                        new VolumeFullTest().run(host, 0);
                    }
                })
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    }

    private Volume open(Host host, long reserveBytes) {
        FaultyStore store = new FaultyStore(medium.open("the test"));
        store.fullFor(_ -> host.refusesMetadata());
        return Volume.open(
                store,
                host,
                new TestDisk().options().withData(new DataOptions(SEGMENT_BLOCKS, Long.MAX_VALUE, 0, reserveBytes)));
    }

    /** Whether the disk was full before the workload ended. */
    private boolean run(Host host, long reserveBytes) {
        int begin = host.requestsLeft;
        host.requestsLeft = Integer.MAX_VALUE; // a new volume on a full disk is another matter
        NavigableMap<SubvolumeId, Model> models = new TreeMap<>();
        boolean met;
        try (Volume volume = open(host, reserveBytes)) {
            host.requestsLeft = begin;
            models.put(SubvolumeId.FIRST, Model.empty());
            work(volume, models);
            met = host.full;
            compare(volume, models);
            clear(volume, models);
            compare(volume, models);
        }
        try (Volume volume = open(host, reserveBytes)) {
            compare(volume, models);
            host.roomAgain();
            for (int i = 0; i < 70; i++) { // as often as it takes to look
                createIfThereIsRoom(volume, "again" + i);
            }
            volume.create(volume.root(), Name.of("last"), NewNode.of(FileType.REGULAR, 0666, 0, 1, 1), Guard.NONE);
        }
        return met;
    }

    private static void createIfThereIsRoom(Volume volume, String name) {
        try {
            volume.create(volume.root(), Name.of(name), NewNode.of(FileType.REGULAR, 0666, 0, 1, 1), Guard.NONE);
        } catch (FsException e) {
            assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
        }
    }

    private static void work(Volume volume, NavigableMap<SubvolumeId, Model> models) {
        Random random = new Random(7);
        Model model = first(models);
        ModelRun run = new ModelRun(volume, SubvolumeId.FIRST, Reserved.ROOT, model, random);
        run.mayFail(true);
        for (int step = 0; step < STEPS; step++) {
            try {
                if (step % 17 == 16) {
                    SubvolumeId snapshot = volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("s" + step), true);
                    models.put(snapshot, model.copy());
                } else if (step % 10 == 9) {
                    volume.syncAll();
                } else if (random.nextInt(3) == 0) {
                    run.step();
                } else {
                    run.dataStep();
                }
            } catch (FsException e) {
                assertThat(e.errno()).as("%s, %s", run.last(), e).isEqualTo(Errno.ENOSPC);
            }
        }
    }

    private static Model first(NavigableMap<SubvolumeId, Model> models) {
        return Objects.requireNonNull(models.get(SubvolumeId.FIRST));
    }

    private static void compare(Volume volume, NavigableMap<SubvolumeId, Model> models) {
        assertThat(volume.check().findings()).isEmpty();
        assertThat(volume.subvolumes().list()).extracting(SubvolumeInfo::id).containsExactlyElementsOf(models.keySet());
        models.forEach((id, model) -> model.requireSame(volume, id));
    }

    /** Everything but the root. */
    private static void clear(Volume volume, NavigableMap<SubvolumeId, Model> models) {
        for (SubvolumeId snapshot : List.copyOf(models.keySet()).subList(1, models.size())) {
            volume.subvolumes().delete(snapshot);
            models.remove(snapshot);
        }
        Model model = first(models);
        clear(volume, model, Reserved.ROOT);
        models.put(SubvolumeId.FIRST, Model.empty());
        Model.Node root = model.node(Reserved.ROOT);
        first(models).node(Reserved.ROOT).xattrs.putAll(root.xattrs);
        volume.syncAll();
    }

    private static void clear(Volume volume, Model model, long directory) {
        NodeId above = new NodeId(SubvolumeId.FIRST, new Ino(directory));
        model.node(directory).children.forEach((name, ino) -> {
            if (model.node(ino).isDirectory()) {
                clear(volume, model, ino);
                volume.rmdir(above, Name.of(name), Guard.NONE);
            } else {
                volume.unlink(above, Name.of(name), Guard.NONE);
            }
        });
    }
}
