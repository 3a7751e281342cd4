package dev.ring3.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import dev.ring3.fs.extent.HostBlockDevice;
import dev.ring3.fs.extent.HostCaching;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume on RocksDB and on files of the host. */
class RocksVolumeTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 1, 1);
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 0755, 0, 1, 1);

    @TempDir
    Path directory;

    private Volume open() {
        VolumeOptions options = VolumeOptions.DEFAULT
                .withData(new DataOptions(1 << 10, Long.MAX_VALUE, 0, 0))
                .withCachedInodes(256);
        OrderedStore store = OrderedStoreProvider.named("rocksdb").open(directory.resolve("metadata"), "the test");
        return Volume.open(store, new HostBlockDevice(directory.resolve("data"), HostCaching.CACHED), options);
    }

    @Test
    void volume_openTwice_namesTheHolder() {
        try (Volume volume = open()) {
            assertThat(volume.check().findings()).isEmpty();
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY))
                    .hasMessageContaining("the test");
        }
    }

    @Test
    void filesAndSnapshots_overRestarts_stay() {
        Map<NodeId, String> expected = new HashMap<>();
        Random random = new Random(1);
        for (int round = 0; round < 3; round++) {
            try (Volume volume = open()) {
                NodeId folder = volume.create(volume.root(), Name.of("d" + round), DIRECTORY, Guard.NONE)
                        .node()
                        .node();
                for (int i = 0; i < 200; i++) {
                    NodeId file = volume.create(folder, Name.of("f" + i), FILE, Guard.NONE)
                            .node()
                            .node();
                    String text = "x".repeat(random.nextInt(i % 20 == 0 ? 100_000 : 100)) + i;
                    write(volume, file, text);
                    expected.put(file, text);
                }
                SubvolumeId snapshot =
                        volume.subvolumes().snapshot(volume.root().subvolume(), Name.of("s" + round), true);
                for (int i = 0; i < 200; i += 2) {
                    NodeId file = Objects.requireNonNull(volume.find(folder, Name.of("f" + i), StatMask.QUIET))
                            .node();
                    expected.put(new NodeId(snapshot, file.ino()), Objects.requireNonNull(expected.remove(file)));
                    volume.unlink(folder, Name.of("f" + i), Guard.NONE);
                }
                assertThat(volume.check().findings()).isEmpty();
            }
        }
        try (Volume volume = open()) {
            expected.forEach((file, text) -> assertThat(read(volume, file)).isEqualTo(text));
            assertThat(volume.check().findings()).isEmpty();
        }
    }

    /** Cookies stay as they are while other entries come and go, and over a restart in the middle of a reading. */
    @Test
    void largeDirectory_readInPieces_showsEachEntryOnce() {
        int entries = LONG ? 1_000_000 : 5_000;
        BitSet seen = new BitSet();
        long[] last = {0};
        try (Volume volume = open()) {
            for (int i = 0; i < entries; i++) {
                volume.create(volume.root(), Name.of("entry " + i), FILE, Guard.NONE);
            }
            readSome(volume, last, seen, entries / 2);
            for (int i = 0; i < 100; i++) {
                volume.create(volume.root(), Name.of("later " + i), FILE, Guard.NONE);
            }
        }
        try (Volume volume = open()) {
            readSome(volume, last, seen, entries);
            assertThat(seen.cardinality()).isEqualTo(entries);
            assertThat(volume.find(volume.root(), Name.of("entry 77"), StatMask.ALL))
                    .isNotNull();
            assertThat(volume.stat(volume.root(), StatMask.ALL).sizeBytes()).isEqualTo((entries + 100L) * 32);
        }
    }

    private static void readSome(Volume volume, long[] last, BitSet seen, int most) {
        int[] left = {most};
        volume.readDirectory(volume.root(), last[0], (name, cookie, node, type) -> {
            assertThat(cookie).isGreaterThan(Math.max(2, last[0]));
            last[0] = cookie;
            String text = name.toString();
            if (text.startsWith("entry ")) {
                int number = Integer.parseInt(text.substring(6));
                assertThat(seen.get(number)).as(text).isFalse();
                seen.set(number);
                left[0]--;
            }
            return left[0] > 0;
        });
    }

    private static void write(Volume volume, NodeId file, String text) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, 0, MemorySegment.ofArray(text.getBytes(UTF_8)), WriteOptions.PLAIN);
        }
    }

    private static String read(Volume volume, NodeId file) {
        byte[] bytes = new byte[Math.toIntExact(volume.stat(file, StatMask.SIZE).sizeBytes())];
        try (OpenNode open = volume.open(file)) {
            volume.read(open, 0, MemorySegment.ofArray(bytes));
        }
        return new String(bytes, UTF_8);
    }
}
