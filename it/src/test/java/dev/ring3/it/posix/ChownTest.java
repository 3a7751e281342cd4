package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code chown(2)} and {@code lchown(2)}. */
final class ChownTest extends PosixSuite {
    private void owned(String path, int uid, int gid) {
        Status status = root.lstat(path);
        assertThat(status.uid()).isEqualTo(uid);
        assertThat(status.gid()).isEqualTo(gid);
    }

    @Test
    void chown_setsOwnerGroupOrBoth_ofEveryType() {
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            root.lchown("x" + type, 123, 456);
            owned("x" + type, 123, 456);
            root.lchown("x" + type, -1, 457);
            owned("x" + type, 123, 457);
            root.lchown("x" + type, 124, -1);
            owned("x" + type, 124, 457);
            root.lchown("x" + type, -1, -1);
            owned("x" + type, 124, 457);
        }
    }

    @Test
    void chown_movesTheTimeOfChange() {
        file("f", 0644);
        assertThat(moved("f", () -> root.chown("f", 5, 5))).isEqualTo("C");
        assertThat(moved("f", () -> refused(Errno.EPERM, () -> alice.chown("f", User.ALICE.uid(), -1))))
                .isEmpty();
    }

    @Test
    void chown_followsLinks_lchownDoesNot() {
        file("f", 0644);
        root.symlink("f", "l");
        root.chown("l", 5, 6);
        owned("f", 5, 6);
        owned("l", 0, 0);
        root.lchown("l", 7, 8);
        owned("f", 5, 6);
        owned("l", 7, 8);
    }

    @Test
    void chown_ofTheUser_isForRoot() {
        aliceFile("f", 0644);
        refused(Errno.EPERM, () -> alice.chown("f", User.BOB.uid(), -1));
        refused(Errno.EPERM, () -> bob.chown("f", User.BOB.uid(), -1));
        alice.chown("f", User.ALICE.uid(), -1);
        alice.chown("f", -1, -1);
    }

    @Test
    void chown_ofTheGroup_isForTheOwnerInThatGroup() {
        file("f", 0644);
        root.chown("f", User.CAROL.uid(), User.CAROL.gid());
        carol.chown("f", -1, User.ALICE.gid());
        owned("f", User.CAROL.uid(), User.ALICE.gid());
        carol.chown("f", User.CAROL.uid(), User.CAROL.gid());
        refused(Errno.EPERM, () -> carol.chown("f", -1, User.BOB.gid()));
        refused(Errno.EPERM, () -> bob.chown("f", -1, User.BOB.gid()));
        refused(Errno.EPERM, () -> bob.chown("f", -1, User.CAROL.gid()));
    }

    @Test
    void chown_clearsSetIdBits_ofFiles() {
        file("f", 0644);
        root.chown("f", User.CAROL.uid(), User.CAROL.gid());
        root.chmod("f", 06755);
        carol.chown("f", -1, User.ALICE.gid());
        assertThat(root.stat("f").permissions()).isEqualTo(0755);
        root.chmod("f", 06755);
        root.chown("f", 5, 5);
        assertThat(root.stat("f").permissions()).as("by root").isEqualTo(0755);
        root.chmod("f", 02644);
        root.chown("f", 6, 6);
        assertThat(root.stat("f").permissions())
                .as("where the group may not execute")
                .isEqualTo(02644);
        root.mkdir("d", 0755);
        root.chmod("d", 06755);
        root.chown("d", 5, 5);
        assertThat(root.stat("d").permissions()).as("of a directory").isEqualTo(06755);
    }

    /** A kernel asks for this as for any chown; a Vfs is not asked. */
    @Test
    void chown_ofNothing_clearsSetIdBits_forTheOwner() {
        assumeTrue(target != Target.VFS, "a change of nothing");
        aliceFile("f", 0755);
        root.chmod("f", 06755);
        if (target == Target.HOST) {
            refused(Errno.EPERM, () -> bob.chown("f", -1, -1));
        } else { // FUSE tells of a chown and of a write alike, and a write is not to fail for that
            bob.chown("f", -1, -1);
        }
        assertThat(root.stat("f").permissions()).as("by another").isEqualTo(06755);
        alice.chown("f", -1, -1);
        assertThat(root.stat("f").permissions()).isEqualTo(0755);
        root.chmod("f", 06755);
        root.chown("f", -1, -1);
        assertThat(root.stat("f").permissions()).as("by root").isEqualTo(0755);
        root.chmod("f", 02644);
        root.chown("f", -1, -1);
        assertThat(root.stat("f").permissions()).as("a lock").isEqualTo(02644);
    }

    @Test
    void chown_byBadPaths_isRefused() {
        refusesBadPaths(path -> root.chown(path, 1, 1));
        refused(Errno.ENOENT, () -> root.chown("missing", 1, 1));
        aliceDirectory("p", 0700);
        aliceFile("p/f", 0644);
        refused(Errno.EACCES, () -> bob.chown("p/f", User.BOB.uid(), -1));
    }

    @Test
    void chown_takesIdsOfAllBits() {
        file("f", 0644);
        root.chown("f", 0x7fff_fffe, -2);
        owned("f", 0x7fff_fffe, -2);
    }
}
