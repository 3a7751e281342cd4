package dev.ring3.fs.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.PosixAcl.Entry;
import dev.ring3.fs.PosixAcl.Tag;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PermissionsTest {
    private static final int OWNER = 1000;
    private static final int GROUP = 100;
    private static final Credentials THE_OWNER = Credentials.of(OWNER, 1);
    private static final Credentials IN_GROUP = Credentials.of(2000, GROUP);
    private static final Credentials ALSO_IN_GROUP = Credentials.of(2001, 7, 300, GROUP, 5);
    private static final Credentials STRANGER = Credentials.of(3000, 3000);

    @ParameterizedTest
    @CsvSource({
        "0700, 7, true, false, false",
        "0070, 7, false, true, false",
        "0007, 7, false, false, true",
        "0644, 4, true, true, true",
        "0644, 2, true, false, false",
        "0644, 6, true, false, false",
        "0444, 2, false, false, false",
        "0000, 0, true, true, true",
    })
    void may_byPermissionBits_takesTheFirstClassThatFits(
            String mode, int wanted, boolean owner, boolean group, boolean other) {
        Stat file = file(Integer.parseInt(mode, 8));

        assertThat(Permissions.may(file, THE_OWNER, wanted)).isEqualTo(owner);
        assertThat(Permissions.may(file, IN_GROUP, wanted)).isEqualTo(group);
        assertThat(Permissions.may(file, ALSO_IN_GROUP, wanted)).isEqualTo(group);
        assertThat(Permissions.may(file, STRANGER, wanted)).isEqualTo(other);
    }

    @Test
    void may_asRoot_readsAndWritesAnything_andRunsOnlyWhatSomebodyMay() {
        assertThat(Permissions.may(file(0), Credentials.ROOT, Permissions.READ | Permissions.WRITE))
                .isTrue();
        assertThat(Permissions.may(file(0666), Credentials.ROOT, Permissions.EXECUTE))
                .isFalse();
        assertThat(Permissions.may(file(0601), Credentials.ROOT, Permissions.EXECUTE))
                .isTrue();
        assertThat(Permissions.may(directory(0), Credentials.ROOT, 7)).isTrue();
    }

    @Test
    void may_byAcl_givesANamedUserNoMoreThanTheMask() {
        Stat file = file(0640, acl(new Entry(Tag.USER, 3000, 7), new Entry(Tag.MASK, -1, 4)));

        assertThat(Permissions.may(file, STRANGER, Permissions.READ)).isTrue();
        assertThat(Permissions.may(file, STRANGER, Permissions.WRITE)).isFalse();
        assertThat(Permissions.may(file, Credentials.of(3001, 3000), Permissions.READ))
                .isFalse();
    }

    @Test
    void may_byAcl_ofSeveralGroups_needsOneThatGrantsAll() {
        Stat file = file(
                0670,
                acl(new Entry(Tag.NAMED_GROUP, 7, 4), new Entry(Tag.NAMED_GROUP, 300, 2), new Entry(Tag.MASK, -1, 7)));

        assertThat(Permissions.may(file, ALSO_IN_GROUP, 4)).isTrue();
        assertThat(Permissions.may(file, ALSO_IN_GROUP, 2)).isTrue();
        assertThat(Permissions.may(file, ALSO_IN_GROUP, 6)).isFalse();
    }

    @Test
    void may_byAcl_inAGroupThatDoesNotGrant_isNotOther() {
        PosixAcl acl = new PosixAcl(List.of(
                new Entry(Tag.OWNER, -1, 7),
                new Entry(Tag.GROUP, -1, 0),
                new Entry(Tag.USER, 9, 7),
                new Entry(Tag.MASK, -1, 7),
                new Entry(Tag.OTHER, -1, 7)));

        assertThat(Permissions.may(file(0777, acl), IN_GROUP, 4)).isFalse();
        assertThat(Permissions.may(file(0777, acl), STRANGER, 4)).isTrue();
    }

    @Test
    void may_byAcl_asOwner_asksTheOwnersBitsAlone() {
        Stat file = file(0070, acl(new Entry(Tag.USER, OWNER, 7), new Entry(Tag.MASK, -1, 7)));

        assertThat(Permissions.may(file, THE_OWNER, 4)).isFalse();
    }

    @Test
    void requireDelete_inAStickyDirectory_isForOwnersOfEither() {
        Stat sticky = directory(01777);
        Stat victim = file(0600);

        assertRefused(Errno.EPERM, () -> Permissions.requireDelete(sticky, victim, STRANGER, "unlink"));
        assertThatCode(() -> Permissions.requireDelete(sticky, victim, THE_OWNER, "unlink"))
                .doesNotThrowAnyException();
        assertThatCode(() -> Permissions.requireDelete(sticky, victim, Credentials.ROOT, "unlink"))
                .doesNotThrowAnyException();
        assertThatCode(() -> Permissions.requireDelete(directory(0777), victim, STRANGER, "unlink"))
                .doesNotThrowAnyException();
    }

    @Test
    void requireDelete_withoutWritePermission_isEacces_alsoWhereNothingIs() {
        assertRefused(Errno.EACCES, () -> Permissions.requireDelete(directory(0755), null, STRANGER, "unlink"));
        assertRefused(Errno.EACCES, () -> Permissions.requireDelete(directory(0722), null, STRANGER, "unlink"));
    }

    @Test
    void requireDelete_ofWhatIsImmutableOrAppendOnly_isRefusedToRootToo() {
        Stat immutable = with(file(0666), StatFlags.IMMUTABLE);
        Stat appendOnly = with(file(0666), StatFlags.APPEND_ONLY);

        assertRefused(
                Errno.EPERM, () -> Permissions.requireDelete(directory(0777), immutable, Credentials.ROOT, "unlink"));
        assertRefused(
                Errno.EPERM, () -> Permissions.requireDelete(directory(0777), appendOnly, Credentials.ROOT, "unlink"));
        Stat directory = with(directory(0777), StatFlags.APPEND_ONLY);
        assertRefused(Errno.EPERM, () -> Permissions.requireDelete(directory, file(0666), Credentials.ROOT, "unlink"));
    }

    @Test
    void require_toWriteInAReadOnlySubvolume_isErofs() {
        Stat file = with(file(0666), StatFlags.READ_ONLY);

        assertRefused(Errno.EROFS, () -> Permissions.require(file, Credentials.ROOT, Permissions.WRITE, "open"));
        assertThatCode(() -> Permissions.require(file, STRANGER, Permissions.READ, "open"))
                .doesNotThrowAnyException();
    }

    @Test
    void refusal_saysWhoAndWhat() {
        assertThatThrownBy(() -> Permissions.require(file(0600), STRANGER, Permissions.READ, "open"))
                .hasMessageStartingWith(
                        "open: subvolume 1 ino 9 (mode 0600, owner 1000, group 100) to uid 3000 gid 3000"
                                + " groups []: EACCES");
    }

    private static void assertRefused(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private static PosixAcl acl(Entry... more) {
        return new PosixAcl(Stream.concat(PosixAcl.ofMode(0600).entries().stream(), Arrays.stream(more))
                .toList());
    }

    private static Stat file(int permissions) {
        return file(permissions, null);
    }

    private static Stat file(int permissions, @Nullable PosixAcl acl) {
        NodeId node = new NodeId(SubvolumeId.FIRST, new Ino(9));
        return stat(node, FileType.REGULAR.modeBits() | permissions, OWNER, GROUP, 0, acl);
    }

    private static Stat directory(int permissions) {
        return stat(NodeId.rootOf(SubvolumeId.FIRST), FileType.DIRECTORY.modeBits() | permissions, 500, 500, 0, null);
    }

    private static Stat with(Stat stat, int flags) {
        return stat(stat.node(), stat.mode(), stat.uid(), stat.gid(), flags, stat.accessAcl());
    }

    private static Stat stat(NodeId node, int mode, int uid, int gid, int flags, @Nullable PosixAcl acl) {
        Instant time = Instant.EPOCH;
        return new Stat(
                node, StatMask.QUIET, mode, 1, uid, gid, 0, 0, time, time, time, time, 0, 0, 0, flags, 0, 0, acl);
    }
}
