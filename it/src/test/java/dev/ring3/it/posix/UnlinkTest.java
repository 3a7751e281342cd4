package dev.ring3.it.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code unlink(2)}. */
final class UnlinkTest extends PosixSuite {
    @Test
    void unlink_removesEveryType_andMovesTimes() {
        root.mkdir("p", 0755);
        for (int type : OTHER_TYPES) {
            make("p/x", type);
            assertThat(moved("p", () -> root.unlink("p/x"))).isEqualTo("MC");
            refused(Errno.ENOENT, () -> root.lstat("p/x"));
        }
    }

    @Test
    void unlink_ofOneOfTwoNames_leavesTheOther() {
        content("a", "text");
        root.link("a", "b");
        assertThat(moved("b", () -> root.unlink("a"))).isEqualTo("C");
        assertThat(root.stat("b").links()).isEqualTo(1);
        assertThat(content("b")).isEqualTo("text");
    }

    @Test
    void unlink_ofAFileThatIsOpen_leavesItsContent() {
        content("a", "text");
        int open = root.open("a", Calls.RDWR, 0);
        root.unlink("a");
        assertThat(root.fstat(open).links()).isZero();
        root.write(open, 4, " more".getBytes(UTF_8));
        assertThat(new String(root.read(open, 0, 100), UTF_8)).isEqualTo("text more");
        file("a", 0644);
        assertThat(root.fstat(open).ino()).isNotEqualTo(root.stat("a").ino());
        root.close(open);
    }

    @Test
    void unlink_ofALink_leavesWhereItLeads() {
        file("f", 0644);
        root.symlink("f", "l");
        root.unlink("l");
        root.stat("f");
        refused(Errno.ENOENT, () -> root.lstat("l"));
    }

    @Test
    void unlink_ofADirectory_isRefused() {
        root.mkdir("d", 0755);
        refused(Errno.EISDIR, () -> root.unlink("d"));
        refused(Errno.EISDIR, () -> root.unlink("."));
        refused(Errno.EISDIR, () -> root.unlink("d/.."));
        refused(Errno.ENOENT, () -> root.unlink("missing"));
        file("f", 0644);
        refused(Errno.ENOTDIR, () -> root.unlink("f/"));
    }

    @Test
    void unlink_byBadPaths_isRefused() {
        refusesBadPaths(root::unlink);
    }

    @Test
    void unlink_wherePermissionLacks_isRefused() {
        aliceDirectory("p", 0755);
        aliceFile("p/f", 0666);
        refused(Errno.EACCES, () -> bob.unlink("p/f"));
        root.chmod("p", 0666);
        refused(Errno.EACCES, () -> alice.unlink("p/f"));
        root.chmod("p", 0777);
        bob.unlink("p/f");
    }

    @Test
    void unlink_inAStickyDirectory_isForOwnersOfFileOrDirectory() {
        aliceDirectory("t", 01777);
        for (int type : OTHER_TYPES) {
            make("t/x", type);
            root.lchown("t/x", User.BOB.uid(), User.BOB.gid());
            refused(Errno.EPERM, () -> carol.unlink("t/x"));
            bob.unlink("t/x");
            make("t/x", type);
            root.lchown("t/x", User.BOB.uid(), User.BOB.gid());
            alice.unlink("t/x");
        }
    }
}
