package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code link(2)}. */
final class LinkTest extends PosixSuite {
    @Test
    void link_givesEveryTypeAnotherName_andMovesTimes() {
        root.mkdir("p", 0755);
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            assertThat(moved("x" + type, () -> root.link("x" + type, "p/y" + type)))
                    .isEqualTo("C");
            assertThat(root.lstat("p/y" + type).ino())
                    .isEqualTo(root.lstat("x" + type).ino());
            assertThat(root.lstat("x" + type).links()).isEqualTo(2);
            assertThat(root.lstat("p/y" + type).type()).isEqualTo(type);
        }
        assertThat(moved("p", () -> root.link("x" + Calls.REGULAR, "p/z"))).isEqualTo("MC");
    }

    @Test
    void link_sharesContentAndAttributes() {
        content("a", "one");
        root.link("a", "b");
        content("b", "two");
        root.chmod("b", 0600);
        assertThat(content("a")).isEqualTo("two");
        assertThat(root.stat("a").permissions()).isEqualTo(0600);
    }

    @Test
    void link_overAnything_isRefused() {
        file("f", 0644);
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            refused(Errno.EEXIST, () -> root.link("f", "x" + type));
        }
        root.mkdir("d", 0755);
        refused(Errno.EEXIST, () -> root.link("f", "d"));
        refused(Errno.EEXIST, () -> root.link("f", "f"));
    }

    @Test
    void link_ofADirectory_isRefused() {
        root.mkdir("d", 0755);
        refused(Errno.EPERM, () -> root.link("d", "e"));
        aliceDirectory("own", 0755);
        refused(Errno.EPERM, () -> alice.link("own", "e"));
    }

    @Test
    void link_byBadPaths_isRefused() {
        file("f", 0644);
        refusesBadPaths(path -> root.link(path, "new"));
        root.unlink("loop1");
        root.unlink("loop2");
        refusesBadPaths(path -> root.link("f", path));
        refused(Errno.ENOENT, () -> root.link("missing", "new"));
    }

    @Test
    void link_wherePermissionLacks_isRefused() {
        aliceFile("f", 0644);
        aliceDirectory("p", 0555);
        refused(Errno.EACCES, () -> alice.link("f", "p/g"));
        root.chmod("p", 0755);
        file("bobs", 0644);
        root.chown("bobs", User.BOB.uid(), User.BOB.gid());
        refused(Errno.EACCES, () -> bob.link("bobs", "p/g"));
        refusesWithoutSearch((who, path) -> who.link("f", path), "g");
        alice.link("f", "p/g");
    }
}
