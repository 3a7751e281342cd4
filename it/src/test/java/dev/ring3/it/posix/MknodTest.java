package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.linux.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code mknod(2)} and {@code mkfifo(3)}. */
final class MknodTest extends PosixSuite {
    @Test
    void mknod_makesEveryType_withModeMaskAndOwner() {
        root.umask(022);
        for (int type : List.of(Calls.REGULAR, Calls.FIFO, Calls.SOCKET)) {
            alice.mknod("x" + type, type | 0666, 0, 0);
            Status made = root.stat("x" + type);
            assertThat(made.mode()).isEqualTo(type | 0644);
            assertThat(made.uid()).isEqualTo(User.ALICE.uid());
            assertThat(made.gid()).isEqualTo(User.ALICE.gid());
        }
        alice.mknod("plain", 0600, 0, 0);
        assertThat(root.stat("plain").type()).isEqualTo(Calls.REGULAR);
        root.umask(0);
    }

    @Test
    void mknod_ofADevice_keepsItsNumbers_andIsForRoot() {
        for (int type : List.of(Calls.CHARACTER, Calls.BLOCK)) {
            root.mknod("x" + type, type | 0600, 0x123, 0x4567);
            assertThat(root.stat("x" + type).major()).isEqualTo(0x123);
            assertThat(root.stat("x" + type).minor()).isEqualTo(0x4567);
            refused(Errno.EPERM, () -> alice.mknod("y" + type, type | 0600, 1, 3));
        }
    }

    /** The device 0:0 is none: overlays hide names with it. */
    @Test
    void mknod_ofAWhiteout_isForAnybody() {
        alice.mknod("w", Calls.CHARACTER | 0600, 0, 0);
        assertThat(root.stat("w").type()).isEqualTo(Calls.CHARACTER);
        refused(Errno.EPERM, () -> alice.mknod("b", Calls.BLOCK | 0600, 0, 0));
    }

    @Test
    void mknod_movesTimesOfItsDirectory() {
        root.mkdir("p", 0755);
        assertThat(moved("p", () -> root.mknod("p/x", Calls.FIFO | 0644, 0, 0))).isEqualTo("MC");
        assertThat(root.stat("p").links()).isEqualTo(2);
    }

    @Test
    void mknod_overAnything_isRefused() {
        root.mkdir("d", 0755);
        refused(Errno.EEXIST, () -> root.mknod("d", Calls.FIFO | 0644, 0, 0));
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            refused(Errno.EEXIST, () -> root.mknod("x" + type, Calls.FIFO | 0644, 0, 0));
        }
        refused(Errno.EPERM, () -> root.mknod("new", Calls.DIR | 0755, 0, 0));
        refused(Errno.ENOENT, () -> root.mknod("new/", Calls.FIFO | 0755, 0, 0));
    }

    @Test
    void mknod_byBadPaths_isRefused() {
        refusesBadPaths(path -> root.mknod(path, Calls.FIFO | 0644, 0, 0));
        refusesWithoutSearch((who, path) -> who.mknod(path, Calls.FIFO | 0644, 0, 0), "x");
        aliceDirectory("p", 0755);
        refused(Errno.EACCES, () -> bob.mknod("p/x", Calls.FIFO | 0644, 0, 0));
    }
}
