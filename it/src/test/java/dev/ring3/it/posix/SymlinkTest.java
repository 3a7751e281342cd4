package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code symlink(2)}, {@code readlink(2)}, and how links are followed. */
final class SymlinkTest extends PosixSuite {
    @Test
    void symlink_holdsItsTarget_whateverThatIs() {
        for (String to : new String[] {"f", "missing/../x", "/", "a//b", "é", "x".repeat(4095), "y".repeat(60)}) {
            alice.symlink(to, "l");
            Status made = root.lstat("l");
            assertThat(made.type()).isEqualTo(Calls.LINK);
            assertThat(made.permissions()).isEqualTo(0777);
            assertThat(made.uid()).isEqualTo(User.ALICE.uid());
            assertThat(made.size()).isEqualTo(to.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
            assertThat(root.readlink("l")).isEqualTo(to);
            root.unlink("l");
        }
    }

    @Test
    void symlink_movesTimesOfItsDirectory() {
        root.mkdir("p", 0755);
        assertThat(moved("p", () -> root.symlink("x", "p/l"))).isEqualTo("MC");
    }

    @Test
    void symlink_withBadArguments_isRefused() {
        refusesBadPaths(path -> root.symlink("x", path));
        refused(Errno.ENOENT, () -> root.symlink("", "l"));
        refused(Errno.ENAMETOOLONG, () -> root.symlink("x".repeat(4096), "l"));
        file("f", 0644);
        refused(Errno.EEXIST, () -> root.symlink("x", "f"));
        refused(Errno.EEXIST, () -> root.symlink("x", "loop1"));
        aliceDirectory("p", 0755);
        refused(Errno.EACCES, () -> bob.symlink("x", "p/l"));
    }

    @Test
    void readlink_ofWhatIsNoLink_isRefused() {
        file("f", 0644);
        root.mkdir("d", 0755);
        refused(Errno.EINVAL, () -> root.readlink("f"));
        refused(Errno.EINVAL, () -> root.readlink("d"));
        refused(Errno.ENOENT, () -> root.readlink("missing"));
        root.symlink("f", "l");
        refused(Errno.ENOTDIR, () -> root.readlink("l/"));
    }

    @Test
    void links_areFollowedFortyTimes_notMore() {
        file("n0", 0644);
        for (int i = 1; i <= 41; i++) {
            root.symlink("n" + (i - 1), "n" + i);
        }
        assertThat(root.stat("n40").type()).isEqualTo(Calls.REGULAR);
        refused(Errno.ELOOP, () -> root.stat("n41"));
        assertThat(root.lstat("n41").type()).isEqualTo(Calls.LINK);
    }

    @Test
    void links_onTheWay_areFollowedFromWhereTheyAre() {
        root.mkdir("a", 0755);
        root.mkdir("a/b", 0755);
        content("a/f", "here");
        root.symlink("../f", "a/b/l");
        root.symlink("a/b", "way");
        assertThat(content("way/l")).isEqualTo("here");
        assertThat(content("way/../f")).isEqualTo("here");
        root.symlink("a/f", "file");
        refused(Errno.ENOTDIR, () -> root.stat("file/x"));
        refused(Errno.ENOTDIR, () -> root.stat("file/"));
        root.symlink("nowhere", "dangling");
        refused(Errno.ENOENT, () -> root.stat("dangling"));
    }
}
