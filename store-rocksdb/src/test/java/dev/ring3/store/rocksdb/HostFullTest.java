package dev.ring3.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.AttrChange;
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
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.HostBlockDevice;
import dev.ring3.fs.extent.HostCaching;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A volume whose host's disk, a filesystem in memory, has no byte left. */
class HostFullTest {
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 1, 1);
    private static final XattrName BULKY = XattrName.parse("user.bulky");
    private static final XattrName SMALL = XattrName.parse("user.small");
    private static final int BULKY_BYTES = 16_000;
    private static final int FILE_BYTES = 200_000;
    private static final int VICTIMS = 60;
    private static final int ROOM_TRIES_MAX = 300;

    /** Far more than fits. */
    private static final int ATTEMPTS_MAX = 200_000;

    /** Who fills it. */
    enum Filler {
        /** Content of files. */
        DATA,
        /** Names and attributes alone, which take no block of the volume's own. */
        METADATA,
        /** Somebody else, to the last byte, before the volume does. */
        ANOTHER
    }

    @TempDir
    Path directory;

    private Path host = Path.of("");
    private final Random random = new Random(1);
    private final List<Name> whole = new ArrayList<>(); // files that were acknowledged, with their content

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "a full disk wants root, to mount one");
        host = Files.createDirectory(directory.resolve("host"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=400m", "ring3-full", host.toString()), "tmpfs");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (Files.exists(host) && !host.toString().isEmpty()) {
            run("umount", host.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    @ParameterizedTest
    @EnumSource
    void volume_onAFullDisk_deletesAndStops(Filler filler) throws IOException {
        live(filler, DataOptions.DEFAULT);
    }

    @Test
    void control_withoutAReserve_isFound() {
        assertThatThrownBy(() -> live(Filler.ANOTHER, new DataOptions(1 << 10, Long.MAX_VALUE, 0, 0)))
                .isInstanceOfAny(FsException.class, AssertionError.class);
    }

    private void live(Filler filler, DataOptions data) throws IOException {
        try (Volume volume = open(data)) {
            NodeId folder = volume.create(
                            volume.root(), Name.of("folder"), NewNode.of(FileType.DIRECTORY, 0755, 0, 1, 1), Guard.NONE)
                    .node()
                    .node();
            for (int i = 0; i < VICTIMS; i++) {
                write(volume, folder, Name.of("victim " + i));
            }
            volume.setXattr(folder, SMALL, new byte[9], XattrMode.CREATE, Guard.NONE);
            SubvolumeId snapshot = volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("snapshot"), true);
            volume.syncAll();
            if (filler == Filler.ANOTHER) {
                fillBesides();
            }
            fill(volume, filler);
            assertThat(volume.check().findings()).isEmpty();
            for (int i = 0; i < VICTIMS; i += 2) {
                volume.unlink(folder, Name.of("victim " + i), Guard.NONE);
            }
            NodeId cut = node(volume, folder, Name.of("victim 1"));
            volume.setAttributes(cut, AttrChange.NONE.withSize(5000), Guard.NONE);
            volume.removeXattr(folder, SMALL, Guard.NONE);
            volume.subvolumes().delete(snapshot);
            volume.syncAll();
            assertThat(volume.check().findings()).isEmpty();
        }
        try (Volume volume = open(data)) {
            assertThat(volume.check().findings()).isEmpty();
            assertThat(volume.subvolumes().list()).hasSize(1);
            NodeId folder = node(volume, volume.root(), Name.of("folder"));
            assertThat(volume.find(folder, Name.of("victim 2"), StatMask.QUIET)).isNull();
            assertThat(volume.stat(node(volume, folder, Name.of("victim 1")), StatMask.ALL)
                            .sizeBytes())
                    .isEqualTo(5000);
            for (int i = 3; i < VICTIMS; i += 2) {
                requireWhole(volume, node(volume, folder, Name.of("victim " + i)));
            }
            for (Name name : whole) {
                requireWhole(volume, node(volume, volume.root(), name));
            }
            Files.deleteIfExists(host.resolve("besides"));
            for (Name name : whole) {
                volume.unlink(volume.root(), name, Guard.NONE);
            }
            volume.syncAll();
            writeWhenThereIsRoom(volume);
        }
    }

    private Volume open(DataOptions data) {
        OrderedStore store = OrderedStoreProvider.named("rocksdb").open(host.resolve("metadata"), "the test");
        return Volume.open(
                store,
                new HostBlockDevice(host.resolve("data"), HostCaching.CACHED),
                VolumeOptions.DEFAULT.withData(data.withSegmentBlocks(1 << 10)));
    }

    private void fill(Volume volume, Filler filler) {
        FsException refused = null;
        for (int i = 0; i < ATTEMPTS_MAX && refused == null; i++) {
            Name name = Name.of("file " + i);
            try {
                if (filler == Filler.DATA) {
                    write(volume, volume.root(), name);
                    whole.add(name);
                } else {
                    byte[] value = new byte[BULKY_BYTES];
                    random.nextBytes(value);
                    NodeId file = volume.create(volume.root(), name, FILE, Guard.NONE)
                            .node()
                            .node();
                    volume.setXattr(file, BULKY, value, XattrMode.CREATE, Guard.NONE);
                    if (i % 50 == 0) {
                        volume.syncAll();
                    }
                }
            } catch (FsException e) {
                refused = e;
            }
        }
        assertThat(refused).isNotNull().satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    }

    /** Until nothing more goes. */
    private void fillBesides() {
        try (OutputStream out = Files.newOutputStream(host.resolve("besides"))) {
            while (true) {
                out.write(new byte[1 << 16]);
            }
        } catch (IOException _) {
            // full
        }
    }

    private static NodeId node(Volume volume, NodeId above, Name name) {
        return Objects.requireNonNull(volume.find(above, name, StatMask.QUIET), name.toString())
                .node();
    }

    private static byte[] content(long ino) {
        byte[] bytes = new byte[FILE_BYTES];
        new Random(ino).nextBytes(bytes);
        return bytes;
    }

    private static void write(Volume volume, NodeId above, Name name) {
        NodeId file = volume.create(above, name, FILE, Guard.NONE).node().node();
        try (OpenNode open = volume.open(file)) {
            byte[] bytes = content(file.ino().value());
            volume.write(open, 0, MemorySegment.ofArray(bytes), WriteOptions.PLAIN);
        }
    }

    /** Segments go back to the host by and by. */
    private static void writeWhenThereIsRoom(Volume volume) {
        for (int tries = 1; ; tries++) {
            try {
                write(volume, volume.root(), Name.of("room again " + tries)); // what was refused may have its name
                return;
            } catch (FsException e) {
                assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
                assertThat(tries).as("tries").isLessThan(ROOM_TRIES_MAX);
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private static void requireWhole(Volume volume, NodeId file) {
        byte[] found = new byte[FILE_BYTES];
        try (OpenNode open = volume.open(file)) {
            assertThat(volume.read(open, 0, MemorySegment.ofArray(found))).isEqualTo(FILE_BYTES);
        }
        assertThat(found).isEqualTo(content(file.ino().value()));
    }
}
