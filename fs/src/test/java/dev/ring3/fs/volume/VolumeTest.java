package dev.ring3.fs.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileTree.Entered;
import dev.ring3.fs.FileTree.Renamed;
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
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeTest {
    private final TestDisk disk = new TestDisk();
    private Volume volume;
    private NodeId root;

    @BeforeEach
    void open() {
        volume = disk.open();
        root = volume.root();
    }

    @AfterEach
    void checkAndClose() {
        assertThat(volume.check().findings()).isEmpty();
        volume.close();
    }

    private void reopen() {
        volume.close();
        volume = disk.open();
    }

    @Test
    void create_file_isFoundWithItsAttributes() {
        Entered entered = create(root, "a", FileType.REGULAR);
        Stat stat = find(root, "a");
        assertThat(stat.node()).isEqualTo(entered.node().node());
        assertThat(stat.mode()).isEqualTo(0100644);
        assertThat(stat.links()).isEqualTo(1);
        assertThat(stat.uid()).isEqualTo(1000);
        assertThat(stat.birthTime()).isEqualTo(stat.changeTime()).isEqualTo(stat.modifyTime());
        assertThat(entered.directory().after())
                .isGreaterThan(entered.directory().before());
        assertThat(volume.stat(root, StatMask.ALL).change())
                .isEqualTo(entered.directory().after());
    }

    @Test
    void everything_afterReopening_isThere() {
        create(root, "d", FileType.DIRECTORY);
        NodeId directory = find(root, "d").node();
        create(directory, "f", FileType.REGULAR);
        NodeId file = find(directory, "f").node();
        write(file, 0, "hello");
        volume.create(directory, Name.of("l"), NewNode.symlink("f".getBytes(UTF_8), 1, 2), Guard.NONE);
        volume.setXattr(file, XattrName.parse("user.x"), new byte[] {1}, XattrMode.ANY, Guard.NONE);
        reopen();
        assertThat(list(root)).containsExactlyInAnyOrder("d");
        assertThat(list(directory)).containsExactlyInAnyOrder("f", "l");
        assertThat(read(file)).isEqualTo("hello");
        assertThat(volume.readlink(find(directory, "l").node())).isEqualTo("f".getBytes(UTF_8));
        assertThat(volume.xattr(file, XattrName.parse("user.x"))).containsExactly(1);
        assertThat(volume.xattrs(file)).containsExactly(XattrName.parse("user.x"));
        assertThat(find(root, "d").links()).isEqualTo(2);
        assertThat(volume.stat(root, StatMask.ALL).links()).isEqualTo(3);
    }

    @Test
    void create_existing_failsWithEexist() {
        create(root, "a", FileType.REGULAR);
        assertErrno(Errno.EEXIST, () -> create(root, "a", FileType.DIRECTORY));
        NodeId file = find(root, "a").node();
        assertErrno(Errno.ENOTDIR, () -> create(file, "b", FileType.REGULAR));
        assertErrno(Errno.ENOTDIR, () -> volume.find(file, Name.of("b"), StatMask.ALL));
    }

    @Test
    void guard_refusing_leavesNothing() {
        Guard refuse = (directory, victim) -> {
            throw new FsException(Errno.EACCES, "check", "no");
        };
        assertErrno(
                Errno.EACCES,
                () -> volume.create(root, Name.of("a"), NewNode.of(FileType.REGULAR, 0644, 0, 0, 0), refuse));
        assertThat(list(root)).isEmpty();
        assertThat(volume.find(root, Name.of("a"), StatMask.ALL)).isNull();
    }

    @Test
    void unlink_lastName_inodeIsGone() {
        create(root, "a", FileType.REGULAR);
        NodeId file = find(root, "a").node();
        write(file, 0, "hello");
        volume.unlink(root, Name.of("a"), Guard.NONE);
        assertErrno(Errno.ESTALE, () -> volume.stat(file, StatMask.ALL));
        assertThat(volume.find(root, Name.of("a"), StatMask.ALL)).isNull();
        assertThat(usage().referencedBytes()).isZero();
        assertThat(usage().referencedInodes()).isEqualTo(1);
        assertErrno(Errno.ENOENT, () -> volume.unlink(root, Name.of("a"), Guard.NONE));
    }

    @Test
    void unlink_whileOpen_staysUntilClosed() {
        create(root, "a", FileType.REGULAR);
        NodeId file = find(root, "a").node();
        try (OpenNode open = volume.open(file)) {
            write(file, 0, "hello");
            volume.unlink(root, Name.of("a"), Guard.NONE);
            assertThat(volume.stat(file, StatMask.ALL).links()).isZero();
            assertThat(read(open.node())).isEqualTo("hello");
            assertErrno(Errno.ENOENT, () -> volume.link(file, root, Name.of("b"), Guard.NONE));
        }
        assertErrno(Errno.ESTALE, () -> volume.stat(file, StatMask.ALL));
        assertThat(usage().referencedBytes()).isZero();
    }

    @Test
    void unlink_whileOpenAtACrash_isReapedAtTheNextStart() {
        create(root, "a", FileType.REGULAR);
        NodeId file = find(root, "a").node();
        volume.open(file);
        write(file, 0, "hello");
        volume.unlink(root, Name.of("a"), Guard.NONE);
        try (Volume after = disk.afterCrash(disk.medium.lastWritten()).open()) {
            assertErrno(Errno.ESTALE, () -> after.stat(file, StatMask.ALL));
            assertThat(after.subvolumes().info(root.subvolume()).referencedBytes())
                    .isZero();
        }
    }

    @Test
    void nameless_linkedOnce_hasAName() {
        NewNode node = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
        NodeId file;
        try (OpenNode open = volume.createNameless(root, node, Guard.NONE)) {
            file = open.node();
            assertThat(volume.stat(file, StatMask.ALL).links()).isZero();
            volume.link(file, root, Name.of("a"), Guard.NONE);
        }
        assertThat(find(root, "a").node()).isEqualTo(file);
        assertThat(find(root, "a").links()).isEqualTo(1);
        NodeId lost;
        try (OpenNode open = volume.createNameless(root, node, Guard.NONE)) {
            lost = open.node();
        }
        assertErrno(Errno.ESTALE, () -> volume.stat(lost, StatMask.ALL));
    }

    @Test
    void link_twoNames_bothLead() {
        create(root, "a", FileType.REGULAR);
        NodeId file = find(root, "a").node();
        volume.link(file, root, Name.of("b"), Guard.NONE);
        assertThat(find(root, "b").node()).isEqualTo(file);
        assertThat(find(root, "b").links()).isEqualTo(2);
        volume.unlink(root, Name.of("a"), Guard.NONE);
        assertThat(find(root, "b").links()).isEqualTo(1);
        volume.unlink(root, Name.of("b"), Guard.NONE);
        assertErrno(Errno.ESTALE, () -> volume.stat(file, StatMask.ALL));
        create(root, "d", FileType.DIRECTORY);
        assertErrno(Errno.EPERM, () -> volume.link(find(root, "d").node(), root, Name.of("e"), Guard.NONE));
    }

    @Test
    void rmdir_onlyEmptyDirectories() {
        create(root, "d", FileType.DIRECTORY);
        NodeId directory = find(root, "d").node();
        create(directory, "f", FileType.REGULAR);
        assertErrno(Errno.ENOTEMPTY, () -> volume.rmdir(root, Name.of("d"), Guard.NONE));
        assertErrno(Errno.EISDIR, () -> volume.unlink(root, Name.of("d"), Guard.NONE));
        assertErrno(Errno.ENOTDIR, () -> volume.rmdir(directory, Name.of("f"), Guard.NONE));
        volume.unlink(directory, Name.of("f"), Guard.NONE);
        try (OpenNode open = volume.open(directory)) {
            volume.rmdir(root, Name.of("d"), Guard.NONE);
            assertErrno(Errno.ENOENT, () -> create(open.node(), "g", FileType.REGULAR));
            assertThat(list(directory)).isEmpty();
        }
        assertErrno(Errno.ESTALE, () -> create(directory, "g", FileType.REGULAR));
        assertThat(volume.stat(root, StatMask.ALL).links()).isEqualTo(2);
    }

    @Test
    void rename_overOpenFile_keepsInode() {
        create(root, "a", FileType.REGULAR);
        create(root, "b", FileType.REGULAR);
        NodeId a = find(root, "a").node();
        NodeId b = find(root, "b").node();
        write(b, 0, "old");
        try (OpenNode open = volume.open(b)) {
            Renamed renamed = rename(root, "a", root, "b", RenameMode.REPLACE);
            assertThat(renamed.node().node()).isEqualTo(a);
            assertThat(Objects.requireNonNull(renamed.replaced()).links()).isZero();
            assertThat(read(open.node())).isEqualTo("old");
        }
        assertThat(find(root, "b").node()).isEqualTo(a);
        assertThat(list(root)).containsExactly("b");
        assertErrno(Errno.ESTALE, () -> volume.stat(b, StatMask.ALL));
    }

    @Test
    void rename_directory_knowsItsParentAndMeetsNoCycle() {
        create(root, "a", FileType.DIRECTORY);
        NodeId a = find(root, "a").node();
        create(a, "b", FileType.DIRECTORY);
        NodeId b = find(a, "b").node();
        create(root, "c", FileType.DIRECTORY);
        NodeId c = find(root, "c").node();
        assertErrno(Errno.EINVAL, () -> rename(root, "a", b, "x", RenameMode.REPLACE));
        assertErrno(Errno.EINVAL, () -> rename(root, "a", a, "x", RenameMode.REPLACE));
        assertErrno(Errno.ENOTEMPTY, () -> rename(a, "b", root, "a", RenameMode.REPLACE));
        assertErrno(Errno.EINVAL, () -> rename(a, "b", root, "a", RenameMode.EXCHANGE));
        rename(a, "b", c, "b2", RenameMode.REPLACE);
        assertThat(volume.parent(b)).isEqualTo(c);
        assertThat(volume.stat(a, StatMask.ALL).links()).isEqualTo(2);
        assertThat(volume.stat(c, StatMask.ALL).links()).isEqualTo(3);
        assertThat(volume.stat(root, StatMask.ALL).links()).isEqualTo(4);
    }

    @Test
    void rename_modes_keepTheirPromises() {
        create(root, "f", FileType.REGULAR);
        create(root, "d", FileType.DIRECTORY);
        NodeId file = find(root, "f").node();
        NodeId directory = find(root, "d").node();
        assertErrno(Errno.EEXIST, () -> rename(root, "f", root, "d", RenameMode.NO_REPLACE));
        assertErrno(Errno.EISDIR, () -> rename(root, "f", root, "d", RenameMode.REPLACE));
        assertErrno(Errno.ENOTDIR, () -> rename(root, "d", root, "f", RenameMode.REPLACE));
        assertErrno(Errno.ENOENT, () -> rename(root, "f", root, "x", RenameMode.EXCHANGE));
        rename(root, "f", root, "d", RenameMode.EXCHANGE);
        assertThat(find(root, "f").node()).isEqualTo(directory);
        assertThat(find(root, "d").node()).isEqualTo(file);
        volume.link(file, root, Name.of("e"), Guard.NONE);
        rename(root, "d", root, "e", RenameMode.REPLACE);
        assertThat(list(root)).as("two names of one inode stay").containsExactlyInAnyOrder("d", "e", "f");
    }

    @Test
    void truncate_andExtend_readsZeros() {
        create(root, "f", FileType.REGULAR);
        NodeId file = find(root, "f").node();
        write(file, 0, "hello");
        volume.setAttributes(file, AttrChange.NONE.withSize(2), Guard.NONE);
        volume.setAttributes(file, AttrChange.NONE.withSize(4), Guard.NONE);
        assertThat(read(file)).isEqualTo("he\0\0");
        write(file, 10_000, "x");
        assertThat(volume.stat(file, StatMask.ALL).sizeBytes()).isEqualTo(10_001);
        assertThat(volume.stat(file, StatMask.ALL).allocatedBytes()).isEqualTo(2 * 4096);
        assertErrno(Errno.EISDIR, () -> volume.setAttributes(root, AttrChange.NONE.withSize(0), Guard.NONE));
    }

    @Test
    void append_goesToTheEnd() {
        create(root, "f", FileType.REGULAR);
        NodeId file = find(root, "f").node();
        WriteOptions append = new WriteOptions(true, WriteOptions.Sync.ALL, false);
        try (OpenNode open = volume.open(file)) {
            volume.write(open, 0, MemorySegment.ofArray("ab".getBytes(UTF_8)), append);
            volume.write(open, 0, MemorySegment.ofArray("cd".getBytes(UTF_8)), append);
        }
        assertThat(read(file)).isEqualTo("abcd");
    }

    @Test
    void handles_overRestarts_nameTheInode() {
        create(root, "a", FileType.REGULAR);
        NodeId file = find(root, "a").node();
        byte[] handle = volume.handle(file);
        reopen();
        assertThat(volume.nodeOf(handle)).isEqualTo(file);
        byte[] forged = handle.clone();
        forged[15] ^= 1;
        assertErrno(Errno.ESTALE, () -> volume.nodeOf(forged));
        volume.unlink(root, Name.of("a"), Guard.NONE);
        assertErrno(Errno.ESTALE, () -> volume.nodeOf(handle));
    }

    private SubvolumeInfo usage() {
        return volume.subvolumes().info(root.subvolume());
    }

    private Entered create(NodeId directory, String name, FileType type) {
        return volume.create(directory, Name.of(name), NewNode.of(type, 0666, 022, 1000, 1000), Guard.NONE);
    }

    private Renamed rename(NodeId from, String name, NodeId to, String newName, RenameMode mode) {
        return volume.rename(from, Name.of(name), to, Name.of(newName), mode, RenameGuard.NONE);
    }

    private Stat find(NodeId directory, String name) {
        return Objects.requireNonNull(volume.find(directory, Name.of(name), StatMask.ALL), name);
    }

    private List<String> list(NodeId directory) {
        List<String> names = new ArrayList<>();
        volume.readDirectory(directory, 0, (name, cookie, node, type) -> names.add(name.toString()));
        return names;
    }

    private void write(NodeId file, long offset, String text) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, offset, MemorySegment.ofArray(text.getBytes(UTF_8)), WriteOptions.PLAIN);
        }
    }

    private String read(NodeId file) {
        byte[] bytes = new byte[Math.toIntExact(volume.stat(file, StatMask.SIZE).sizeBytes())];
        try (OpenNode open = volume.open(file)) {
            assertThat(volume.read(open, 0, MemorySegment.ofArray(bytes))).isEqualTo(bytes.length);
        }
        return new String(bytes, UTF_8);
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
