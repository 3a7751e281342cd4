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
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be set of a subvolume and asked of it, and snapshots of trees of them. */
class SubvolumeSettingsTest {
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 0777, 022, 1, 1);
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0666, 022, 1, 1);

    /** So much that nothing is written back by itself, in pieces that depend on the moment. */
    private static final long MEMORY_BYTES = 32 << 20;

    private final TestDisk disk = new TestDisk();
    private Volume volume;
    private NodeId root;
    private SubvolumeId main;

    @BeforeEach
    void open() {
        volume = disk.open(disk.options().withMemoryBytes(MEMORY_BYTES));
        root = volume.root();
        main = root.subvolume();
    }

    @AfterEach
    void checkAndClose() {
        assertThat(volume.check().findings()).isEmpty();
        volume.close();
    }

    private SubvolumeControl control() {
        return volume.subvolumes();
    }

    @Test
    void readOnly_setAndTakenBack_holdsMeanwhile() {
        NodeId file = create(root, "f");
        SubvolumeId snapshot = control().snapshot(main, Name.of("s"), true);
        assertErrno(Errno.EROFS, () -> write(in(snapshot, file), 0, new byte[10]));
        control().setReadOnly(snapshot, false);
        write(in(snapshot, file), 0, new byte[10]);
        control().setReadOnly(main, true);
        assertErrno(Errno.EROFS, () -> create(root, "g"));
        assertThat(size(file)).as("the other goes its own way").isZero();
        volume.close();
        volume = disk.open();
        assertErrno(Errno.EROFS, () -> create(root, "g"));
        control().setReadOnly(main, false);
        create(root, "g");
        assertThat(size(in(snapshot, file))).isEqualTo(10);
        // Two that showed the same node do not write to the same one.
        SubvolumeId a = control().snapshot(main, Name.of("a"), true);
        SubvolumeId b = control().snapshot(main, Name.of("b"), true);
        control().setReadOnly(a, false);
        write(in(a, file), 0, new byte[20]);
        assertThat(size(in(b, file))).isZero();
        assertThat(control().info(a).uuid()).isNotEqualTo(control().info(b).uuid());
    }

    @Test
    void compression_setForASubvolume_storesLess_andReadsTheSame() {
        byte[] text = "the same again and again, ".repeat(40_000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        SubvolumeId packed = control().create(root, Name.of("packed"), DIRECTORY, Guard.NONE);
        SubvolumeId plain = control().create(root, Name.of("plain"), DIRECTORY, Guard.NONE);
        control().setCompression(packed, CompressionMode.ZSTD);
        NodeId file = create(NodeId.rootOf(packed), "f");
        NodeId other = create(NodeId.rootOf(plain), "f");
        write(file, 0, text);
        write(other, 0, text);
        volume.syncAll();
        assertThat(stored(packed)).isLessThan(stored(plain) / 8);
        assertThat(control().info(packed).referencedBytes())
                .isEqualTo(control().info(plain).referencedBytes());
        volume.close();
        volume = disk.open();
        assertThat(control().info(packed).compression()).isEqualTo(CompressionMode.ZSTD);
        assertThat(read(file)).isEqualTo(text);
        write(file, 500_000, new byte[] {1, 2, 3});
        System.arraycopy(new byte[] {1, 2, 3}, 0, text, 500_000, 3);
        control().setCompression(packed, CompressionMode.NONE);
        write(file, 0, Arrays.copyOf(text, 200_000));
        volume.syncAll();
        assertThat(read(file)).isEqualTo(text);
        assertThat(stored(packed)).isGreaterThanOrEqualTo(196_608);
        SubvolumeId below = control().create(NodeId.rootOf(packed), Name.of("below"), DIRECTORY, Guard.NONE);
        assertThat(control().info(below).compression()).isEqualTo(CompressionMode.NONE);
    }

    private long stored(SubvolumeId id) {
        ExclusiveUsage usage = control().exclusiveUsage(id, _ -> {});
        return usage.exclusiveBytes() + usage.sharedBytes();
    }

    @Test
    void snapshotOfATree_isOfOneMoment_underTheSameName() throws InterruptedException {
        SubvolumeId outer = control().create(root, Name.of("outer"), DIRECTORY, Guard.NONE);
        SubvolumeId inner = control().create(NodeId.rootOf(outer), Name.of("inner"), DIRECTORY, Guard.NONE);
        NodeId first = create(NodeId.rootOf(outer), "n");
        NodeId second = create(NodeId.rootOf(inner), "n");
        NodeId third = create(root, "n");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong written = new AtomicLong();
        Thread writer = Thread.ofPlatform().start(() -> {
            while (!stop.get()) { // one more byte in one, then in the next
                long n = written.getAndIncrement();
                write(first, n, new byte[1]);
                write(second, n, new byte[1]);
                write(third, n, new byte[1]);
            }
        });
        List<List<SubvolumeId>> taken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            long seen = written.get();
            taken.add(control().snapshotTree(main, Name.of("t" + i), true));
            while (written.get() == seen && writer.isAlive()) {
                Thread.onSpinWait();
            }
        }
        stop.set(true);
        writer.join();
        for (List<SubvolumeId> each : taken) {
            assertThat(each).hasSize(3);
            long a = size(in(each.get(1), first));
            long b = size(in(each.get(2), second));
            long c = size(in(each.get(0), third));
            assertThat(a - b).as("%d, %d, %d", a, b, c).isBetween(0L, 1L);
            assertThat(b - c).as("%d, %d, %d", a, b, c).isBetween(0L, 1L);
            assertThat(a - c).as("%d, %d, %d", a, b, c).isBetween(0L, 1L);
        }
        assertThat(control().list().stream().filter(each -> each.name().equals(Name.of("t3"))))
                .extracting(SubvolumeInfo::origin)
                .containsExactlyInAnyOrder(main, outer, inner);
        assertErrno(Errno.EEXIST, () -> control().snapshotTree(outer, Name.of("t3"), true));
        assertThat(control().snapshotTree(inner, Name.of("w"), false)).hasSize(1);
    }

    @Test
    void exclusiveUsage_isWhatComesFree_whenItIsDeleted() {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (boolean frozen : new boolean[] {true, true, false}) {
            List<NodeId> files = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                files.add(create(root, "f%d of %d".formatted(i, random.nextLong())));
            }
            List<SubvolumeId> all = snapshots(files, frozen, random);
            while (!all.isEmpty()) {
                SubvolumeId gone = all.remove(random.nextInt(all.size()));
                volume.syncAll();
                long before = used();
                ExclusiveUsage usage = control().exclusiveUsage(gone, _ -> {});
                assertThat(control().exclusiveUsage(gone, _ -> {})).isSameAs(usage);
                control().delete(gone);
                volume.syncAll();
                String replay = "replay with -Dring3.seed=%d".formatted(seed);
                if (frozen) {
                    assertThat(before - used()).as(replay).isEqualTo(usage.exclusiveBytes());
                } else { // a state that two wrote on, and that nobody shows any more, goes with the second
                    assertThat(before - used()).as(replay).isGreaterThanOrEqualTo(usage.exclusiveBytes());
                }
            }
        }
        ExclusiveUsage rest = control().exclusiveUsage(main, _ -> {});
        assertThat(rest.sharedBytes()).isZero();
        assertThat(rest.exclusiveBytes()).isEqualTo(used());
    }

    private List<SubvolumeId> snapshots(List<NodeId> files, boolean frozen, Random random) {
        List<SubvolumeId> all = new ArrayList<>();
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < 5; i++) {
                change(files, random);
            }
            all.add(control().snapshot(main, Name.of("s" + round), frozen));
            if (!frozen) {
                write(
                        in(all.getLast(), files.getFirst()),
                        4096L * random.nextInt(20),
                        bytes(random, 36_000)); // no block is for what fits into a record
            }
        }
        return all;
    }

    private void change(List<NodeId> files, Random random) {
        NodeId file = files.get(random.nextInt(files.size()));
        NodeId other = files.get(random.nextInt(files.size()));
        if (random.nextInt(4) == 0 && !file.equals(other) && size(other) >= 40_960) {
            try (OpenNode from = volume.open(other);
                    OpenNode to = volume.open(file)) {
                volume.cloneRange(from, 0, to, 4096L * random.nextInt(10), 40_960, false);
            }
        } else {
            write(file, 4096L * random.nextInt(20), bytes(random, 33_000 + random.nextInt(40_000)));
        }
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private long used() {
        VolumeSpace space = volume.space(root);
        return space.totalBytes() - space.freeBytes();
    }

    private static NodeId in(SubvolumeId subvolume, NodeId node) {
        return new NodeId(subvolume, new Ino(node.ino().value()));
    }

    private long size(NodeId file) {
        return volume.stat(file, StatMask.SIZE).sizeBytes();
    }

    private NodeId create(NodeId directory, String name) {
        return volume.create(directory, Name.of(name), FILE, Guard.NONE).node().node();
    }

    private void write(NodeId file, long offset, byte[] bytes) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, offset, MemorySegment.ofArray(bytes), WriteOptions.PLAIN);
        }
    }

    private byte[] read(NodeId file) {
        byte[] bytes = new byte[Math.toIntExact(size(file))];
        try (OpenNode open = volume.open(file)) {
            volume.read(open, 0, MemorySegment.ofArray(bytes));
        }
        return bytes;
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
