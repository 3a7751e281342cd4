package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.PosixAcl.Entry;
import dev.ring3.fs.PosixAcl.Tag;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttributesTest {
    private static final PosixAcl NAMED = new PosixAcl(List.of(
            new Entry(Tag.OWNER, -1, 7),
            new Entry(Tag.USER, 500, 6),
            new Entry(Tag.GROUP, -1, 5),
            new Entry(Tag.MASK, -1, 7),
            new Entry(Tag.OTHER, -1, 0)));

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

    private NodeId create(NodeId directory, String name, NewNode node) {
        return volume.create(directory, Name.of(name), node, Guard.NONE).node().node();
    }

    private Stat stat(NodeId node) {
        return volume.stat(node, StatMask.ALL);
    }

    @Test
    void setAttributes_together_takeEffectTogether() {
        NodeId file = create(root, "f", NewNode.of(FileType.REGULAR, 06777, 0, 1, 2));
        Instant past = Instant.ofEpochSecond(-5, 7);
        AttrChange change = AttrChange.NONE
                .withOwner(10, 20)
                .withSize(100)
                .withTimes(new AttrChange.At(past), new AttrChange.At(past))
                .withClearSetId();
        Stat before = stat(file);
        Stat after = volume.setAttributes(file, change, Guard.NONE);
        assertThat(after.mode()).isEqualTo(0100777);
        assertThat(List.of(after.uid(), after.gid())).containsExactly(10, 20);
        assertThat(after.sizeBytes()).isEqualTo(100);
        assertThat(after.accessTime()).isEqualTo(after.modifyTime()).isEqualTo(past);
        assertThat(after.changeTime()).isAfter(before.changeTime());
        assertThat(after.birthTime()).isEqualTo(before.birthTime());
        assertThat(after.change()).isGreaterThan(before.change());
    }

    @Test
    void setGidDirectory_passesItsGroupOn() {
        NodeId directory = create(root, "d", NewNode.of(FileType.DIRECTORY, 02777, 0, 1, 77));
        NodeId below = create(directory, "e", NewNode.of(FileType.DIRECTORY, 0755, 0, 5, 6));
        assertThat(stat(below).gid()).isEqualTo(77);
        assertThat(stat(below).permissions()).isEqualTo(02755);
        NewNode executable = NewNode.of(FileType.REGULAR, 02755, 0, 5, 6);
        NodeId kept = create(directory, "kept", executable.withKeepsSetGid(group -> group == 77));
        NodeId stripped = create(directory, "stripped", executable.withKeepsSetGid(group -> false));
        assertThat(stat(kept).permissions()).isEqualTo(02755);
        assertThat(stat(stripped).permissions()).isEqualTo(0755);
    }

    @Test
    void defaultAcl_takesThePlaceOfTheUmask() {
        NodeId directory = create(root, "d", NewNode.of(FileType.DIRECTORY, 0777, 0, 1, 1));
        volume.setDefaultAcl(directory, NAMED, Guard.NONE);
        NodeId file = create(directory, "f", NewNode.of(FileType.REGULAR, 0666, 077, 1, 1));
        Stat stat = stat(file);
        assertThat(stat.permissions()).isEqualTo(0660);
        PosixAcl access = volume.accessAcl(file);
        assertThat(access).isEqualTo(NAMED.forNewNode(0666)).isEqualTo(stat.accessAcl());
        assertThat(volume.defaultAcl(file)).isNull();
        NodeId below = create(directory, "e", NewNode.of(FileType.DIRECTORY, 0755, 077, 1, 1));
        assertThat(volume.defaultAcl(below)).isEqualTo(NAMED);
        NodeId link = create(directory, "l", NewNode.symlink(new byte[] {'x'}, 1, 1));
        assertThat(volume.accessAcl(link)).isNull();
        assertErrno(Errno.EACCES, () -> volume.setDefaultAcl(file, NAMED, Guard.NONE));
        assertErrno(Errno.EOPNOTSUPP, () -> volume.setAccessAcl(link, NAMED, false, Guard.NONE));
    }

    @Test
    void chmod_carriesOverToTheAcl_alsoAfterARestart() {
        NodeId file = create(root, "f", NewNode.of(FileType.REGULAR, 0644, 0, 1, 1));
        volume.setAccessAcl(file, NAMED, false, Guard.NONE);
        assertThat(stat(file).permissions()).isEqualTo(0770);
        volume.setAttributes(file, AttrChange.NONE.withPermissions(0640), Guard.NONE);
        PosixAcl expected = NAMED.withMode(0640);
        assertThat(stat(file).accessAcl()).isEqualTo(expected);
        assertThat(expected.permissionsOf(Tag.MASK)).isEqualTo(4);
        assertThat(expected.permissionsOf(Tag.GROUP)).isEqualTo(5);
        volume.close();
        volume = disk.open();
        assertThat(stat(file).accessAcl()).isEqualTo(expected);
        volume.setAccessAcl(file, null, false, Guard.NONE);
        assertThat(stat(file).accessAcl()).isNull();
        assertThat(volume.accessAcl(file)).isNull();
    }

    @Test
    void acl_encoding_hasGoldenBytes() {
        PosixAcl acl = PosixAcl.ofMode(0750);
        byte[] golden =
                HexFormat.of().parseHex("02000000" + "01000700ffffffff" + "04000500ffffffff" + "20000000ffffffff");
        assertThat(acl.encode()).isEqualTo(golden);
        assertThat(PosixAcl.decode(golden)).isEqualTo(acl);
        assertThat(PosixAcl.decode(NAMED.encode())).isEqualTo(NAMED);
        assertErrno(Errno.EINVAL, () -> PosixAcl.decode(new byte[] {2, 0, 0, 0}));
        assertErrno(Errno.EINVAL, () -> new PosixAcl(List.of(new Entry(Tag.OWNER, -1, 7))));
    }

    @Test
    void xattrs_keepTheirModesAndLimits() {
        XattrName name = XattrName.parse("user.a");
        assertErrno(Errno.ENODATA, () -> volume.setXattr(root, name, new byte[0], XattrMode.REPLACE, Guard.NONE));
        volume.setXattr(root, name, new byte[0], XattrMode.CREATE, Guard.NONE);
        assertThat(volume.xattr(root, name)).isEmpty();
        assertErrno(Errno.EEXIST, () -> volume.setXattr(root, name, new byte[1], XattrMode.CREATE, Guard.NONE));
        volume.setXattr(root, name, new byte[65_536], XattrMode.REPLACE, Guard.NONE);
        assertErrno(Errno.E2BIG, () -> volume.setXattr(root, name, new byte[65_537], XattrMode.ANY, Guard.NONE));
        assertThat(volume.xattr(root, XattrName.parse("trusted.a"))).isNull();
        volume.removeXattr(root, name, Guard.NONE);
        assertErrno(Errno.ENODATA, () -> volume.removeXattr(root, name, Guard.NONE));
        assertThat(volume.xattrs(root)).isEmpty();
        String longName = "x".repeat(240);
        assertErrno(Errno.ENOSPC, () -> {
            for (int i = 0; i < 300; i++) {
                volume.setXattr(root, XattrName.parse("user." + longName + i), new byte[1], XattrMode.ANY, Guard.NONE);
            }
        });
    }

    @Test
    void accessTime_isRelative() {
        NodeId file = create(root, "f", NewNode.of(FileType.REGULAR, 0644, 0, 1, 1));
        Instant made = stat(file).accessTime();
        volume.touchAccessTime(file);
        Instant first = stat(file).accessTime();
        assertThat(first).isAfter(made);
        volume.touchAccessTime(file);
        assertThat(stat(file).accessTime()).isEqualTo(first);
        volume.setAttributes(file, AttrChange.NONE.withPermissions(0600), Guard.NONE);
        volume.touchAccessTime(file);
        assertThat(stat(file).accessTime()).isAfter(first);
    }

    @Test
    void create_specialFiles_keepWhatTheyAre() {
        NodeId device = create(root, "b", NewNode.device(FileType.BLOCK_DEVICE, 0600, 0, 0, 0, 8, 0xfffff));
        assertThat(List.of(stat(device).deviceMajor(), stat(device).deviceMinor()))
                .containsExactly(8, 0xfffff);
        assertThat(stat(create(root, "p", NewNode.of(FileType.FIFO, 0600, 0, 0, 0)))
                        .type())
                .isEqualTo(FileType.FIFO);
        assertThat(stat(create(root, "s", NewNode.of(FileType.SOCKET, 0600, 0, 0, 0)))
                        .type())
                .isEqualTo(FileType.SOCKET);
        NodeId link = create(root, "l", NewNode.symlink(new byte[4095], 0, 0));
        assertThat(stat(link).sizeBytes()).isEqualTo(4095);
        assertErrno(Errno.ENAMETOOLONG, () -> create(root, "m", NewNode.symlink(new byte[4096], 0, 0)));
        assertErrno(Errno.EINVAL, () -> volume.readlink(device));
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
