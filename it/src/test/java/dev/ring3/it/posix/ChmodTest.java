package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code chmod(2)} and {@code fchmod(2)}. */
final class ChmodTest extends PosixSuite {
    @Test
    void chmod_setsEveryBit_ofEveryType() {
        for (int type : OTHER_TYPES) {
            if (type != Calls.LINK) {
                make("x" + type, type);
                for (int mode : new int[] {0, 0111, 0777, 01644, 02755, 04755, 07777}) {
                    root.chmod("x" + type, mode);
                    assertThat(root.stat("x" + type).mode()).isEqualTo(type | mode);
                }
            }
        }
        root.mkdir("d", 0755);
        root.chmod("d", 03700);
        assertThat(root.stat("d").mode()).isEqualTo(Calls.DIR | 03700);
    }

    @Test
    void chmod_movesTheTimeOfChange_alone() {
        file("f", 0644);
        assertThat(moved("f", () -> root.chmod("f", 0600))).isEqualTo("C");
        int open = root.open("f", Calls.RDONLY, 0);
        assertThat(moved("f", () -> root.fchmod(open, 0640))).isEqualTo("C");
        assertThat(root.fstat(open).permissions()).isEqualTo(0640);
        root.close(open);
        aliceFile("g", 0644);
        assertThat(moved("g", () -> refused(Errno.EPERM, () -> bob.chmod("g", 0600))))
                .isEmpty();
    }

    @Test
    void chmod_followsLinks() {
        file("f", 0644);
        root.symlink("f", "l");
        root.chmod("l", 0600);
        assertThat(root.stat("f").permissions()).isEqualTo(0600);
        assertThat(root.lstat("l").permissions()).isEqualTo(0777);
        root.symlink("self", "self");
        refused(Errno.ELOOP, () -> root.chmod("self", 0600));
    }

    @Test
    void chmod_isForTheOwner() {
        aliceFile("f", 0666);
        refused(Errno.EPERM, () -> bob.chmod("f", 0600));
        refused(Errno.EPERM, () -> carol.chmod("f", 0600));
        alice.chmod("f", 0400);
        alice.chmod("f", 0600);
    }

    @Test
    void chmod_byBadPaths_isRefused() {
        refusesBadPaths(path -> root.chmod(path, 0644));
        refused(Errno.ENOENT, () -> root.chmod("missing", 0644));
        aliceDirectory("p", 0700);
        aliceFile("p/f", 0644);
        refused(Errno.EACCES, () -> bob.chmod("p/f", 0600));
    }

    @Test
    void chmod_ofAFileOfAnotherGroup_losesSetGroupId() {
        aliceFile("f", 0755);
        root.chown("f", User.ALICE.uid(), User.BOB.gid());
        alice.chmod("f", 02755);
        assertThat(root.stat("f").permissions()).isEqualTo(0755);
        root.chown("f", User.CAROL.uid(), User.ALICE.gid());
        carol.chmod("f", 02755);
        assertThat(root.stat("f").permissions()).as("by a member of the group").isEqualTo(02755);
    }

    @Test
    void chmod_setsTheStickyBitOfFiles_forTheOwner() {
        aliceFile("f", 0644);
        alice.chmod("f", 01644);
        assertThat(root.stat("f").permissions()).isEqualTo(01644);
    }
}
