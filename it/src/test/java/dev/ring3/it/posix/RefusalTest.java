package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.linux.Errno;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a call that is refused leaves: everything as it was. */
final class RefusalTest extends PosixSuite {
    private static final byte[] VALUE = {1};

    /** Calls that change something, by what they would change in directory {@code d}, which has file {@code f}. */
    private Map<String, Runnable> changes(Calls who) {
        Map<String, Runnable> all = new LinkedHashMap<>();
        all.put("create", () -> who.open("d/n", Calls.CREAT | Calls.WRONLY, 0644));
        all.put("mkdir", () -> who.mkdir("d/n", 0755));
        all.put("mknod", () -> who.mknod("d/n", Calls.FIFO | 0644, 0, 0));
        all.put("symlink", () -> who.symlink("x", "d/n"));
        all.put("link", () -> who.link("d/f", "d/n"));
        all.put("unlink", () -> who.unlink("d/f"));
        all.put("rmdir", () -> who.rmdir("d/e"));
        all.put("rename", () -> who.rename("d/f", "d/n", 0));
        all.put("rename over", () -> who.rename("d/f", "d/g", 0));
        all.put("exchange", () -> who.rename("d/f", "d/g", Calls.EXCHANGE));
        all.put("open to write", () -> who.open("d/f", Calls.WRONLY, 0));
        all.put("truncate at open", () -> who.open("d/f", Calls.WRONLY | Calls.TRUNC, 0));
        all.put("truncate", () -> who.truncate("d/f", 0));
        all.put("chmod", () -> who.chmod("d/f", 0777));
        all.put("chown", () -> who.chown("d/f", who.stat("d/f").uid(), User.BOB.gid()));
        all.put("utimens", () -> who.utimens("d/f", Calls.Time.of(Instant.EPOCH), Calls.Time.of(Instant.EPOCH)));
        all.put("setxattr", () -> who.setxattr("d/f", "user.k", VALUE, 0));
        all.put("removexattr", () -> who.removexattr("d/f", "user.there"));
        return all;
    }

    private void prepare() {
        root.mkdir("d/e", 0755);
        content("d/f", "f");
        content("d/g", "g");
        root.setxattr("d/f", "user.there", VALUE, 0);
    }

    private void assertUntouched(String name, Runnable call) {
        assertThat(moved("d", () -> assertThat(moved("d/f", call)).as(name).isEmpty()))
                .as("d, by " + name)
                .isEmpty();
        assertThat(root.list("d")).as(name).containsExactlyInAnyOrder("e", "f", "g");
        assertThat(content("d/f")).as(name).isEqualTo("f");
    }

    @Test
    void whatPermissionForbids_movesNoTime() {
        root.mkdir("d", 0755);
        prepare();
        Map<String, Runnable> all = changes(bob);
        all.remove("link"); // what is said depends on a setting, protected_hardlinks
        all.forEach((name, change) -> assertUntouched(name, () -> {
            boolean ofOwner = name.startsWith("ch") || name.equals("utimens");
            refused(ofOwner ? Errno.EPERM : Errno.EACCES, change);
        }));
    }

    /** What exists, or is of another kind, moves no time either. */
    @Test
    void whatCannotBe_movesNoTime() {
        root.mkdir("d", 0755);
        prepare();
        assertUntouched("mkdir", () -> refused(Errno.EEXIST, () -> root.mkdir("d/f", 0755)));
        assertUntouched(
                "create",
                () -> refused(Errno.EEXIST, () -> root.open("d/f", Calls.CREAT | Calls.EXCL | Calls.WRONLY, 0644)));
        assertUntouched("link", () -> refused(Errno.EEXIST, () -> root.link("d/f", "d/g")));
        assertUntouched("rmdir", () -> refused(Errno.ENOTDIR, () -> root.rmdir("d/f")));
        assertUntouched("unlink", () -> refused(Errno.EISDIR, () -> root.unlink("d/e")));
        assertUntouched("rename", () -> refused(Errno.EISDIR, () -> root.rename("d/f", "d/e", 0)));
        assertUntouched("truncate", () -> refused(Errno.EINVAL, () -> root.truncate("d/f", -1)));
        assertUntouched(
                "setxattr",
                () -> refused(Errno.EEXIST, () -> root.setxattr("d/f", "user.there", VALUE, Calls.XATTR_CREATE)));
    }

    @Test
    void everyChange_whereNobodyMayWrite_isErofs(Stages stages) {
        assumeTrue(stages.subvolume(target, "d"), "the host has no subvolumes");
        prepare();
        stages.makeReadOnly("d");
        changes(root).forEach((name, change) -> assertUntouched(name, () -> refused(Errno.EROFS, change)));
    }
}
