package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code rename(2)} and {@code renameat2(2)}. */
final class RenameTest extends PosixSuite {
    @Test
    void rename_movesEveryType_andTimesOfBothDirectories() {
        root.mkdir("p", 0755);
        root.mkdir("q", 0755);
        for (int type : OTHER_TYPES) {
            make("p/x", type);
            Status before = root.lstat("p/x");
            assertThat(moved("p", () -> root.rename("p/x", "q/y", 0))).isEqualTo("MC");
            Status after = root.lstat("q/y");
            assertThat(after.ino()).isEqualTo(before.ino());
            assertThat(after.type()).isEqualTo(type);
            refused(Errno.ENOENT, () -> root.lstat("p/x"));
            root.link("q/y", "other" + type);
            assertThat(moved("q", () -> root.rename("q/y", "q/z", 0))).isEqualTo("MC");
            assertThat(moved("other" + type, () -> root.rename("q/z", "q/y", 0)))
                    .isEqualTo("C");
            root.unlink("q/y");
        }
    }

    @Test
    void rename_ofADirectory_movesItsParentsCounts() {
        root.mkdir("p", 0755);
        root.mkdir("q", 0755);
        root.mkdir("p/d", 0755);
        file("p/d/f", 0644);
        root.rename("p/d", "q/e", 0);
        assertThat(root.stat("p").links()).isEqualTo(2);
        assertThat(root.stat("q").links()).isEqualTo(3);
        assertThat(root.stat("q/e/..").ino()).isEqualTo(root.stat("q").ino());
        root.stat("q/e/f");
    }

    @Test
    void rename_replaces_whatIsOfTheSameKind() {
        content("a", "a");
        content("b", "b");
        root.link("b", "other");
        assertThat(moved("other", () -> root.rename("a", "b", 0))).isEqualTo("C");
        assertThat(content("b")).isEqualTo("a");
        assertThat(root.stat("other").links()).isEqualTo(1);
        root.mkdir("d", 0755);
        root.mkdir("e", 0755);
        root.rename("d", "e", 0);
        root.mkdir("d", 0755);
        file("e/f", 0644);
        refused(Errno.ENOTEMPTY, () -> root.rename("d", "e", 0));
        refused(Errno.EISDIR, () -> root.rename("b", "d", 0));
        refused(Errno.ENOTDIR, () -> root.rename("d", "b", 0));
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            refused(Errno.EISDIR, () -> root.rename("x" + type, "d", 0));
            refused(Errno.ENOTDIR, () -> root.rename("d", "x" + type, 0));
            file("n", 0644);
            root.rename("n", "x" + type, 0);
            assertThat(root.lstat("x" + type).type()).isEqualTo(Calls.REGULAR);
        }
    }

    @Test
    void rename_ofTwoNamesOfOneFile_doesNothing() {
        file("a", 0644);
        root.link("a", "b");
        assertThat(moved("a", () -> root.rename("a", "b", 0))).isEmpty();
        assertThat(root.stat("a").links()).isEqualTo(2);
        root.rename("a", "a", 0);
    }

    @Test
    void rename_ofADirectoryBelowItself_isRefused() {
        root.mkdir("d", 0755);
        root.mkdir("d/e", 0755);
        refused(Errno.EINVAL, () -> root.rename("d", "d/x", 0));
        refused(Errno.EINVAL, () -> root.rename("d", "d/e/x", 0));
        refused(Errno.EINVAL, () -> root.rename("d", "d/e", 0));
        refused(Errno.ENOTEMPTY, () -> root.rename("d/e", "d", 0));
        refused(Errno.EBUSY, () -> root.rename("d/.", "x", 0));
        refused(Errno.EBUSY, () -> root.rename("d/e/..", "x", 0));
        refused(Errno.EBUSY, () -> root.rename("d/e", "d/.", 0));
    }

    @Test
    void rename_byBadPaths_isRefused() {
        refusesBadPaths(path -> root.rename(path, "new", 0));
        root.unlink("loop1");
        root.unlink("loop2");
        file("f", 0644);
        refusesBadPaths(path -> root.rename("f", path, 0));
        refused(Errno.ENOENT, () -> root.rename("missing", "x", 0));
        refused(Errno.ENOTDIR, () -> root.rename("f", "x/", 0));
        root.mkdir("d", 0755);
        root.rename("d", "e/", 0);
        root.stat("e");
    }

    @Test
    void rename_wherePermissionLacks_isRefused() {
        aliceDirectory("p", 0755);
        aliceFile("p/f", 0666);
        root.mkdir("open", 0777);
        refused(Errno.EACCES, () -> bob.rename("p/f", "open/f", 0));
        root.chmod("p", 0777);
        aliceDirectory("q", 0755);
        refused(Errno.EACCES, () -> bob.rename("p/f", "q/f", 0));
        bob.rename("p/f", "open/f", 0);
    }

    @Test
    void rename_inAStickyDirectory_isForOwners() {
        aliceDirectory("t", 01777);
        root.mkdir("open", 0777);
        file("t/f", 0666);
        root.chown("t/f", User.BOB.uid(), -1);
        refused(Errno.EPERM, () -> carol.rename("t/f", "open/f", 0));
        file("open/g", 0666);
        root.chown("open/g", User.CAROL.uid(), -1);
        refused(Errno.EPERM, () -> carol.rename("open/g", "t/f", 0));
        bob.rename("t/f", "open/f", 0);
    }

    @Test
    void rename_ofADirectoryIntoAnother_wantsToWriteToIt() {
        aliceDirectory("p", 0777);
        root.mkdir("q", 0777);
        root.mkdir("p/d", 0755);
        refused(Errno.EACCES, () -> bob.rename("p/d", "q/d", 0));
        bob.rename("p/d", "p/e", 0);
    }

    @Test
    void rename_withoutReplacing_isRefusedOverAnything() {
        file("a", 0644);
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            refused(Errno.EEXIST, () -> root.rename("a", "x" + type, Calls.NO_REPLACE));
        }
        root.mkdir("d", 0755);
        refused(Errno.EEXIST, () -> root.rename("a", "d", Calls.NO_REPLACE));
        refused(Errno.EEXIST, () -> root.rename("a", "a", Calls.NO_REPLACE));
        root.rename("a", "b", Calls.NO_REPLACE);
        refused(Errno.ENOENT, () -> root.stat("a"));
    }

    @Test
    void rename_exchanges_whatBothNamesHave() {
        content("a", "a");
        root.mkdir("p", 0755);
        root.mkdir("p/d", 0755);
        root.rename("a", "p/d", Calls.EXCHANGE);
        assertThat(content("p/d")).isEqualTo("a");
        assertThat(root.stat("a").type()).isEqualTo(Calls.DIR);
        assertThat(root.stat("p").links()).isEqualTo(2);
        refused(Errno.ENOENT, () -> root.rename("a", "missing", Calls.EXCHANGE));
        refused(Errno.EINVAL, () -> root.rename("p", "p/d", Calls.EXCHANGE));
        refused(Errno.EINVAL, () -> root.rename("a", "p", Calls.EXCHANGE | Calls.NO_REPLACE));
    }

    /** What an overlay's upper layer must do. */
    @Test
    void rename_withAWhiteout_leavesADeviceThatIsNone() {
        assumeTrue(target != Target.HOST || hasWhiteouts(), "the host's filesystem has none");
        content("a", "a");
        root.mkdir("p", 0755);
        root.mkdir("p/d", 0755);
        long moved = root.stat("a").ino();
        assertThat(moved("p", () -> root.rename("a", "p/a", Calls.WHITEOUT))).isEqualTo("MC");
        assertThat(root.stat("p/a").ino()).isEqualTo(moved);
        assertWhiteout("a", 0);
        root.rename("p/d", "p/e", Calls.WHITEOUT);
        assertWhiteout("p/d", 0);
        assertThat(root.stat("p").links()).isEqualTo(3);
        content("b", "b");
        root.rename("b", "p/a", Calls.WHITEOUT);
        assertThat(content("p/a")).isEqualTo("b");
        refused(Errno.EEXIST, () -> root.rename("p/a", "a", Calls.WHITEOUT | Calls.NO_REPLACE));
        root.rename("p/a", "c", Calls.WHITEOUT | Calls.NO_REPLACE);
        assertWhiteout("p/a", 0);
        refused(Errno.EINVAL, () -> root.rename("p/a", "c", Calls.WHITEOUT | Calls.EXCHANGE));
        refused(Errno.ENOENT, () -> root.rename("missing", "c", Calls.WHITEOUT));
        root.unlink("a");
        root.unlink("p/a");
        refused(Errno.ENOENT, () -> root.lstat("p/a"));
        aliceDirectory("of-alice", 0777);
        aliceFile("of-alice/f", 0644);
        bob.rename("of-alice/f", "of-alice/g", Calls.WHITEOUT);
        assertWhiteout("of-alice/f", User.BOB.uid());
    }

    private boolean hasWhiteouts() {
        file("probe", 0644);
        try {
            root.rename("probe", "probed", Calls.WHITEOUT);
            return true;
        } catch (PosixException e) {
            return false;
        }
    }

    private void assertWhiteout(String path, int uid) {
        Status left = root.lstat(path);
        assertThat(left.mode()).isEqualTo(Calls.CHARACTER);
        assertThat(left.major() + left.minor()).isZero();
        assertThat(left.links()).isEqualTo(1);
        assertThat(left.uid()).isEqualTo(uid);
    }
}
