package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code rmdir(2)}. */
final class RmdirTest extends PosixSuite {
    @Test
    void rmdir_removes_countsAndMovesTimes() {
        root.mkdir("p", 0755);
        root.mkdir("p/d", 0755);
        assertThat(moved("p", () -> root.rmdir("p/d"))).isEqualTo("MC");
        assertThat(root.stat("p").links()).isEqualTo(2);
        refused(Errno.ENOENT, () -> root.stat("p/d"));
        root.mkdir("q", 0755);
        root.rmdir("q/");
        refused(Errno.ENOENT, () -> root.stat("q"));
    }

    @Test
    void rmdir_ofWhatIsNoDirectory_isRefused() {
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            refused(Errno.ENOTDIR, () -> root.rmdir("x" + type));
        }
        root.mkdir("d", 0755);
        root.symlink("d", "l");
        refused(Errno.ENOTDIR, () -> root.rmdir("l"));
        refused(Errno.ENOENT, () -> root.rmdir("missing"));
    }

    @Test
    void rmdir_ofWhatIsNotEmpty_isRefused() {
        for (int type : OTHER_TYPES) {
            root.mkdir("d" + type, 0755);
            make("d" + type + "/x", type);
            refused(Errno.ENOTEMPTY, () -> root.rmdir("d" + type));
        }
        root.mkdir("d/".repeat(1), 0755);
        root.mkdir("d/e", 0755);
        refused(Errno.ENOTEMPTY, () -> root.rmdir("d"));
        refused(Errno.ENOTEMPTY, () -> root.rmdir("d/e/.."));
        refused(Errno.EINVAL, () -> root.rmdir("d/e/."));
    }

    @Test
    void rmdir_byBadPaths_isRefused() {
        refusesBadPaths(root::rmdir);
        root.mkdir("closed", 0755);
        root.mkdir("closed/d", 0755);
        root.chown("closed", User.ALICE.uid(), -1);
        root.chmod("closed", 0600);
        refused(Errno.EACCES, () -> alice.rmdir("closed/d"));
    }

    @Test
    void rmdir_wherePermissionLacks_isRefused() {
        aliceDirectory("p", 0755);
        aliceDirectory("p/d", 0777);
        refused(Errno.EACCES, () -> bob.rmdir("p/d"));
        root.chmod("p", 0555);
        refused(Errno.EACCES, () -> alice.rmdir("p/d"));
        root.chmod("p", 0755);
        alice.rmdir("p/d");
    }

    @Test
    void rmdir_inAStickyDirectory_isForOwners() {
        aliceDirectory("t", 01777);
        bob.mkdir("t/bobs", 0777);
        carol.mkdir("t/carols", 0777);
        refused(Errno.EPERM, () -> bob.rmdir("t/carols"));
        bob.rmdir("t/bobs");
        alice.rmdir("t/carols");
    }

    @Test
    void rmdir_ofADirectoryThatIsOpen_leavesItEmptyForEver() {
        root.mkdir("d", 0755);
        int open = root.open("d", Calls.RDONLY | Calls.DIRECTORY, 0);
        root.rmdir("d");
        assertThat(root.fstat(open).links()).isZero();
        root.close(open);
    }
}
