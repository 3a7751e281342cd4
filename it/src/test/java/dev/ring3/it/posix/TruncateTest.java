package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code truncate(2)} and {@code ftruncate(2)}. */
final class TruncateTest extends PosixSuite {
    @Test
    void truncate_shortensAndGrows_withZeros() {
        content("f", "0123456789");
        root.truncate("f", 4);
        assertThat(content("f")).isEqualTo("0123");
        root.truncate("f", 8);
        assertThat(content("f")).isEqualTo("0123\0\0\0\0");
        root.truncate("f", 0);
        assertThat(root.stat("f").size()).isZero();
        root.truncate("f", 1L << 40);
        assertThat(root.stat("f").size()).isEqualTo(1L << 40);
        assertThat(root.stat("f").blocks()).isLessThan(64);
    }

    @Test
    void truncate_movesTimesOfContentAndChange() {
        content("f", "text");
        assertThat(moved("f", () -> root.truncate("f", 2))).isEqualTo("MC");
        assertThat(moved("f", () -> root.truncate("f", 20))).isEqualTo("MC");
        int open = root.open("f", Calls.RDWR, 0);
        assertThat(moved("f", () -> root.ftruncate(open, 3))).isEqualTo("MC");
        root.close(open);
    }

    @Test
    void truncate_wantsToWrite_ftruncateNotAgain() {
        aliceFile("f", 0644);
        refused(Errno.EACCES, () -> bob.truncate("f", 1));
        root.chmod("f", 0444);
        refused(Errno.EACCES, () -> alice.truncate("f", 1));
        root.chmod("f", 0644);
        int open = alice.open("f", Calls.RDWR, 0);
        root.chmod("f", 0444);
        alice.ftruncate(open, 7);
        assertThat(root.stat("f").size()).isEqualTo(7);
        alice.close(open);
        int reader = alice.open("f", Calls.RDONLY, 0);
        refused(Errno.EINVAL, () -> alice.ftruncate(reader, 1));
        alice.close(reader);
    }

    @Test
    void truncate_ofWhatIsNoFile_isRefused() {
        root.mkdir("d", 0777);
        refused(Errno.EISDIR, () -> root.truncate("d", 0));
        root.mknod("fifo", Calls.FIFO | 0666, 0, 0);
        refused(Errno.EINVAL, () -> root.truncate("fifo", 0));
        file("f", 0644);
        refused(Errno.EINVAL, () -> root.truncate("f", -1));
        int open = root.open("f", Calls.RDWR, 0);
        refused(Errno.EINVAL, () -> root.ftruncate(open, -1));
        root.close(open);
    }

    @Test
    void truncate_byBadPaths_isRefused() {
        refusesBadPaths(path -> root.truncate(path, 0));
        refused(Errno.ENOENT, () -> root.truncate("missing", 0));
        root.symlink("self", "self");
        refused(Errno.ELOOP, () -> root.truncate("self", 0));
        content("f", "text");
        root.symlink("f", "l");
        root.truncate("l", 1);
        assertThat(root.stat("f").size()).isEqualTo(1);
    }

    @Test
    void truncate_byAnybodyButRoot_clearsSetIdBits() {
        aliceFile("f", 0777);
        root.chmod("f", 06777);
        bob.truncate("f", 5);
        assertThat(root.stat("f").permissions()).isEqualTo(0777);
    }
}
