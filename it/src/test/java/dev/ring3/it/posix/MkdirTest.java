package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code mkdir(2)}. */
final class MkdirTest extends PosixSuite {
    @Test
    void mkdir_makesADirectory_withModeMaskAndOwner() {
        root.umask(022);
        alice.mkdir("d", 0777);
        root.umask(0);

        Status made = root.stat("d");
        assertThat(made.type()).isEqualTo(Calls.DIR);
        assertThat(made.permissions()).isEqualTo(0755);
        assertThat(made.links()).isEqualTo(2);
        assertThat(made.uid()).isEqualTo(User.ALICE.uid());
        assertThat(made.gid()).isEqualTo(User.ALICE.gid());
        alice.mkdir("sticky", 01777);
        assertThat(root.stat("sticky").permissions()).isEqualTo(01777);
        alice.mkdir("slash/", 0755);
        assertThat(root.stat("slash").type()).isEqualTo(Calls.DIR);
    }

    @Test
    void mkdir_countsInItsParent_andMovesItsTimes() {
        root.mkdir("p", 0755);
        assertThat(moved("p", () -> root.mkdir("p/d", 0755))).isEqualTo("MC");
        assertThat(root.stat("p").links()).isEqualTo(3);
        assertThat(root.list("p")).containsExactly("d");
    }

    @Test
    void mkdir_inASetGroupIdDirectory_takesGroupAndBit() {
        aliceDirectory("p", 02777);
        bob.mkdir("p/d", 0755);
        assertThat(root.stat("p/d").gid()).isEqualTo(User.ALICE.gid());
        assertThat(root.stat("p/d").permissions()).isEqualTo(02755);
    }

    @Test
    void mkdir_overAnything_isRefused() {
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            refused(Errno.EEXIST, () -> root.mkdir("x" + type, 0755));
        }
        root.mkdir("d", 0755);
        refused(Errno.EEXIST, () -> root.mkdir("d", 0755));
        refused(Errno.EEXIST, () -> root.mkdir("d/.", 0755));
        refused(Errno.EEXIST, () -> root.mkdir("d/..", 0755));
    }

    @Test
    void mkdir_byBadPaths_isRefused() {
        refusesBadPaths(path -> root.mkdir(path, 0755));
        refusesWithoutSearch((who, path) -> who.mkdir(path, 0755), "d");
        root.mkdir(NAME_MAX, 0755);
        assertThat(root.list(".")).contains(NAME_MAX);
    }

    @Test
    void mkdir_wherePermissionLacks_isRefused() {
        aliceDirectory("p", 0755);
        refused(Errno.EACCES, () -> bob.mkdir("p/d", 0755));
        aliceDirectory("q", 0555);
        refused(Errno.EACCES, () -> alice.mkdir("q/d", 0755));
        aliceDirectory("g", 0775);
        carol.mkdir("g/d", 0755);
        refused(Errno.EACCES, () -> bob.mkdir("g/e", 0755));
    }
}
