package dev.ring3.fs.volume;

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
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubvolumeTest {
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 0777, 022, 1, 1);
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0666, 022, 1, 1);

    private final TestDisk disk = new TestDisk();
    private Volume volume;
    private NodeId root;
    private SubvolumeId main;

    @BeforeEach
    void open() {
        volume = disk.open();
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
    void create_inADirectory_isItsOwnTree() {
        SubvolumeId below = control().create(root, Name.of("sub"), DIRECTORY, Guard.NONE);
        Stat stat = find(root, "sub");
        assertThat(stat.node()).isEqualTo(NodeId.rootOf(below));
        assertThat(stat.has(StatFlags.SUBVOLUME_ROOT)).isTrue();
        assertThat(stat.mode()).isEqualTo(040755);
        assertThat(volume.parent(stat.node())).isEqualTo(root);
        assertThat(list(root)).containsExactly("sub");
        NodeId file = create(stat.node(), "f");
        assertErrno(Errno.EXDEV, () -> volume.link(file, root, Name.of("g"), Guard.NONE));
        assertErrno(
                Errno.EXDEV,
                () -> volume.rename(
                        stat.node(), Name.of("f"), root, Name.of("g"), RenameMode.REPLACE, RenameGuard.NONE));
        assertErrno(Errno.EBUSY, () -> volume.rmdir(root, Name.of("sub"), Guard.NONE));
        assertErrno(Errno.EEXIST, () -> control().create(root, Name.of("sub"), DIRECTORY, Guard.NONE));
        volume.rename(root, Name.of("sub"), root, Name.of("moved"), RenameMode.REPLACE, RenameGuard.NONE);
        reopen();
        assertThat(control().info(below).name()).isEqualTo(Name.of("moved"));
        assertThat(find(root, "moved").node()).isEqualTo(NodeId.rootOf(below));
        control().delete(below);
        assertThat(list(root)).isEmpty();
        assertErrno(Errno.ESTALE, () -> volume.stat(file, StatMask.ALL));
        assertThat(control().tree()).hasSize(1);
    }

    @Test
    void snapshot_readOnly_staysAsItWas() {
        NodeId file = create(root, "f");
        write(file, "before");
        SubvolumeId snapshot = control().snapshot(main, Name.of("s"), true);
        write(file, "after!");
        volume.unlink(root, Name.of("f"), Guard.NONE);
        NodeId kept = in(snapshot, file);
        assertThat(read(kept)).isEqualTo("before");
        assertThat(volume.stat(kept, StatMask.ALL).has(StatFlags.READ_ONLY)).isTrue();
        assertErrno(Errno.EROFS, () -> write(kept, "x"));
        assertErrno(Errno.EROFS, () -> create(NodeId.rootOf(snapshot), "g"));
        assertErrno(Errno.EEXIST, () -> control().snapshot(main, Name.of("s"), true));
        reopen();
        assertThat(read(kept)).isEqualTo("before");
        assertThat(control().info(snapshot).referencedInodes()).isEqualTo(2);
        assertThat(control().info(main).referencedInodes()).isEqualTo(1);
    }

    @Test
    void snapshotsFolder_isFoundByNameAndNeverListed() {
        SubvolumeId snapshot = control().snapshot(main, Name.of("s"), true);
        NodeId folder = find(root, ".snapshots").node();
        assertThat(list(root)).isEmpty();
        assertThat(list(folder)).containsExactly("s");
        assertThat(find(folder, "s").node()).isEqualTo(NodeId.rootOf(snapshot));
        assertThat(volume.parent(folder)).isEqualTo(root);
        assertThat(volume.parent(NodeId.rootOf(snapshot))).isEqualTo(folder);
        assertErrno(Errno.EROFS, () -> create(folder, "x"));
        assertErrno(Errno.EEXIST, () -> create(root, ".snapshots"));
        assertThat(volume.nodeOf(volume.handle(folder))).isEqualTo(folder);
        control().rename(snapshot, Name.of("t"));
        assertThat(list(folder)).containsExactly("t");
    }

    @Test
    void snapshots_ofOneState_standSideBySide() {
        create(root, "f");
        for (int i = 0; i < 10; i++) {
            control().snapshot(main, Name.of("r" + i), true);
            control().snapshot(main, Name.of("w" + i), false);
        }
        // One frozen node, the head, and the ten that may be written to.
        assertThat(control().tree()).hasSize(12);
        assertThat(control().tree().getFirst().shownBy()).hasSize(10);
    }

    @Test
    void clone_andOriginal_goTheirOwnWays() {
        NodeId file = create(root, "f");
        write(file, "same");
        SubvolumeId copy = control().snapshot(main, Name.of("c"), false);
        NodeId other = in(copy, file);
        write(other, "theirs");
        create(NodeId.rootOf(copy), "g");
        assertThat(read(file)).isEqualTo("same");
        assertThat(read(other)).isEqualTo("theirs");
        assertThat(list(root)).containsExactly("f");
        assertThat(list(NodeId.rootOf(copy))).containsExactlyInAnyOrder("f", "g");
    }

    @Test
    void nestedSubvolume_inASnapshot_isAnEmptyDirectory() {
        SubvolumeId below = control().create(root, Name.of("sub"), DIRECTORY, Guard.NONE);
        create(NodeId.rootOf(below), "f");
        SubvolumeId copy = control().snapshot(main, Name.of("c"), false);
        NodeId copyRoot = NodeId.rootOf(copy);
        Stat placeholder = find(copyRoot, "sub");
        assertThat(placeholder.node().subvolume()).isEqualTo(copy);
        assertThat(list(placeholder.node())).isEmpty();
        assertErrno(Errno.EROFS, () -> create(placeholder.node(), "x"));
        volume.rmdir(copyRoot, Name.of("sub"), Guard.NONE);
        assertThat(list(copyRoot)).isEmpty();
        assertThat(find(root, "sub").node()).isEqualTo(NodeId.rootOf(below));
        assertErrno(Errno.ENOTEMPTY, () -> control().delete(parentOf(below)));
    }

    /** A subvolume with another in it. */
    private SubvolumeId parentOf(SubvolumeId below) {
        SubvolumeId inner = control().create(NodeId.rootOf(below), Name.of("inner"), DIRECTORY, Guard.NONE);
        assertThat(control().info(inner).place()).isEqualTo(NodeId.rootOf(below));
        return below;
    }

    @Test
    void rollback_showsTheSnapshotAndKeepsTheRest() {
        NodeId file = create(root, "f");
        write(file, "old");
        byte[] handle = volume.handle(file);
        SubvolumeId snapshot = control().snapshot(main, Name.of("s"), true);
        long seen = volume.stat(file, StatMask.ALL).change();
        write(file, "new");
        NodeId later = create(root, "g");
        SubvolumeId after = control().snapshot(main, Name.of("t"), true);
        long newest = volume.stat(file, StatMask.ALL).change();
        assertThat(newest).isGreaterThan(seen);
        try (OpenNode open = volume.open(later)) {
            control().rollback(main, snapshot, Optional.of(Name.of("kept")));
            assertErrno(Errno.ESTALE, () -> volume.stat(open.node(), StatMask.ALL));
        }
        assertThat(read(volume.nodeOf(handle))).isEqualTo("old");
        assertThat(volume.stat(file, StatMask.ALL).change()).isGreaterThan(newest);
        assertErrno(Errno.ESTALE, () -> volume.stat(later, StatMask.ALL));
        assertThat(list(root)).containsExactly("f");
        assertThat(list(NodeId.rootOf(after))).containsExactlyInAnyOrder("f", "g");
        assertThat(list(find(root, ".snapshots").node())).containsExactlyInAnyOrder("s", "t", "kept");
        assertErrno(Errno.EROFS, () -> control().rollback(snapshot, after, Optional.empty()));
        control().rollback(main, after, Optional.empty());
        assertThat(list(root)).containsExactlyInAnyOrder("f", "g");
        assertThat(read(file)).isEqualTo("new");
    }

    @Test
    void delete_heldOrNeeded_isRefused() {
        SubvolumeId snapshot = control().snapshot(main, Name.of("s"), true);
        control().hold(snapshot);
        assertErrno(Errno.EBUSY, () -> control().delete(snapshot));
        reopen();
        assertErrno(Errno.EBUSY, () -> control().delete(snapshot));
        control().release(snapshot);
        assertErrno(Errno.EINVAL, () -> control().release(snapshot));
        control().setDefault(snapshot);
        assertThat(volume.root()).isEqualTo(NodeId.rootOf(snapshot));
        assertErrno(Errno.EBUSY, () -> control().delete(snapshot));
        control().setDefault(main);
        control().delete(snapshot);
        assertErrno(Errno.EBUSY, () -> control().delete(main));
        assertErrno(Errno.ESTALE, () -> control().info(snapshot));
    }

    @Test
    void delete_snapshot_givesItsSpaceBack() {
        NodeId file = create(root, "f");
        write(file, "x".repeat(40_000));
        SubvolumeId snapshot = control().snapshot(main, Name.of("s"), true);
        volume.unlink(root, Name.of("f"), Guard.NONE);
        long used = volume.space(root).totalBytes() - volume.space(root).freeBytes();
        control().delete(snapshot);
        assertThat(control().pendingKeys()).isZero();
        assertThat(control().tree()).hasSize(1);
        volume.syncAll();
        long left = volume.space(root).totalBytes() - volume.space(root).freeBytes();
        assertThat(used - left).isEqualTo(10 * 4096);
    }

    @Test
    void quota_isExactAndRefusesBeforeDamage() {
        control().setQuota(main, 8192, 3);
        NodeId file = create(root, "f");
        write(file, "x".repeat(8192));
        assertErrno(Errno.EDQUOT, () -> write(file, "x".repeat(8193)));
        assertThat(volume.stat(file, StatMask.ALL).sizeBytes()).isEqualTo(8192);
        write(file, "y".repeat(8192));
        create(root, "g");
        assertErrno(Errno.EDQUOT, () -> create(root, "h"));
        assertThat(list(root)).containsExactlyInAnyOrder("f", "g");
        assertThat(volume.space(root).freeInodes()).isZero();
        assertThat(volume.space(root).freeBytes()).isZero();
        volume.unlink(root, Name.of("f"), Guard.NONE);
        create(root, "h");
        assertThat(control().info(main).referencedBytes()).isZero();
    }

    @Test
    void thousandSnapshots_lookupAndDeletionStayCheap() {
        NodeId hot = create(root, "hot");
        NodeId cold = create(root, "cold");
        write(cold, "cold");
        List<SubvolumeId> snapshots = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            write(hot, "version " + i);
            snapshots.add(control().snapshot(main, Name.of("s" + i), true));
        }
        reopen();
        for (int i = 0; i < 1000; i += 37) {
            assertThat(read(in(snapshots.get(i), hot))).isEqualTo("version " + i);
            assertThat(read(in(snapshots.get(i), cold))).isEqualTo("cold");
        }
        assertThat(control().tree()).hasSize(1001);
        for (int i = 0; i < 1000; i += 2) {
            control().delete(snapshots.get(i));
        }
        for (int i = 1; i < 1000; i += 74) {
            assertThat(read(in(snapshots.get(i), hot))).isEqualTo("version " + i);
        }
        assertThat(control().tree()).hasSize(501);
    }

    private void reopen() {
        volume.close();
        volume = disk.open();
    }

    private static NodeId in(SubvolumeId subvolume, NodeId node) {
        return new NodeId(subvolume, node.ino());
    }

    private NodeId create(NodeId directory, String name) {
        return volume.create(directory, Name.of(name), FILE, Guard.NONE).node().node();
    }

    private Stat find(NodeId directory, String name) {
        return Objects.requireNonNull(volume.find(directory, Name.of(name), StatMask.ALL), name);
    }

    private List<String> list(NodeId directory) {
        List<String> names = new ArrayList<>();
        volume.readDirectory(directory, 0, (name, cookie, node, type) -> names.add(name.toString()));
        return names;
    }

    private void write(NodeId file, String text) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, 0, MemorySegment.ofArray(text.getBytes(UTF_8)), WriteOptions.PLAIN);
        }
    }

    private String read(NodeId file) {
        byte[] bytes = new byte[Math.toIntExact(volume.stat(file, StatMask.SIZE).sizeBytes())];
        try (OpenNode open = volume.open(file)) {
            volume.read(open, 0, MemorySegment.ofArray(bytes));
        }
        return new String(bytes, UTF_8);
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
