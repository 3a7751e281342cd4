package dev.ring3.it.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.linux.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code setxattr(2)}, {@code getxattr(2)}, {@code listxattr(2)}, {@code removexattr(2)}. */
final class XattrTest extends PosixSuite {
    private static final byte[] VALUE = "value".getBytes(UTF_8);

    @Test
    void xattrs_areSetReadListedAndRemoved() {
        file("f", 0644);
        root.mkdir("d", 0755);
        for (String path : new String[] {"f", "d"}) {
            assertThat(moved(path, () -> root.setxattr(path, "user.one", VALUE, 0)))
                    .isEqualTo("C");
            root.setxattr(path, "user.empty", new byte[0], 0);
            root.setxattr(path, "trusted.two", VALUE, 0);
            assertThat(root.getxattr(path, "user.one")).isEqualTo(VALUE);
            assertThat(root.getxattr(path, "user.empty")).isEmpty();
            assertThat(root.listxattr(path)).contains("user.one", "user.empty", "trusted.two");
            assertThat(moved(path, () -> root.removexattr(path, "user.one"))).isEqualTo("C");
            refused(Errno.ENODATA, () -> root.getxattr(path, "user.one"));
            refused(Errno.ENODATA, () -> root.removexattr(path, "user.one"));
            assertThat(root.listxattr(path)).doesNotContain("user.one");
        }
    }

    @Test
    void setxattr_createsOrReplaces_asTold() {
        file("f", 0644);
        refused(Errno.ENODATA, () -> root.setxattr("f", "user.a", VALUE, Calls.XATTR_REPLACE));
        root.setxattr("f", "user.a", VALUE, Calls.XATTR_CREATE);
        refused(Errno.EEXIST, () -> root.setxattr("f", "user.a", VALUE, Calls.XATTR_CREATE));
        root.setxattr("f", "user.a", new byte[] {1}, Calls.XATTR_REPLACE);
        assertThat(root.getxattr("f", "user.a")).containsExactly(1);
    }

    @Test
    void xattrs_withBadNames_areRefused() {
        file("f", 0644);
        refused(Errno.EOPNOTSUPP, () -> root.setxattr("f", "nothing.a", VALUE, 0));
        refused(Errno.ERANGE, () -> root.setxattr("f", "user." + "n".repeat(251), VALUE, 0));
        refused(Errno.EINVAL, () -> root.setxattr("f", "user.", VALUE, 0));
        root.setxattr("f", "user." + "n".repeat(250), VALUE, 0);
        refused(Errno.ENOENT, () -> root.setxattr("missing", "user.a", VALUE, 0));
    }

    @Test
    void xattrsOfUsers_areAsContentIs() {
        aliceFile("f", 0640);
        alice.setxattr("f", "user.a", VALUE, 0);
        assertThat(carol.getxattr("f", "user.a")).isEqualTo(VALUE);
        refused(Errno.EACCES, () -> carol.setxattr("f", "user.a", VALUE, 0));
        refused(Errno.EACCES, () -> bob.getxattr("f", "user.a"));
        refused(Errno.EACCES, () -> bob.removexattr("f", "user.a"));
    }

    @Test
    void xattrsOfUsers_areForFilesAndDirectoriesAlone() {
        root.mknod("fifo", Calls.FIFO | 0666, 0, 0);
        refused(Errno.EPERM, () -> root.setxattr("fifo", "user.a", VALUE, 0));
        refused(Errno.ENODATA, () -> root.getxattr("fifo", "user.a"));
        aliceDirectory("t", 01777);
        refused(Errno.EPERM, () -> bob.setxattr("t", "user.a", VALUE, 0));
        alice.setxattr("t", "user.a", VALUE, 0);
    }

    /** {@code struct vfs_cap_data} of revision 2: cap_net_admin permitted. */
    private static final byte[] CAPABILITIES = {0, 0, 0, 2, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    @Test
    void capabilities_goWithAnybodysWrite_orChown() {
        assumeTrue(target != Target.VFS, "the kernel takes them away");
        aliceFile("f", 0666);
        for (User user : List.of(User.ROOT, User.ALICE, User.BOB)) {
            root.setxattr("f", "security.capability", CAPABILITIES, 0);
            int open = root.as(user).open("f", Calls.WRONLY, 0);
            root.as(user).write(open, 0, VALUE);
            root.as(user).close(open);
            refused(Errno.ENODATA, () -> root.getxattr("f", "security.capability"));
        }
        root.setxattr("f", "security.capability", CAPABILITIES, 0);
        refused(Errno.EPERM, () -> alice.removexattr("f", "security.capability"));
        alice.chown("f", -1, User.ALICE.gid());
        refused(Errno.ENODATA, () -> root.getxattr("f", "security.capability"));
    }

    @Test
    void trustedXattrs_areForRoot() {
        aliceFile("f", 0666);
        root.setxattr("f", "trusted.a", VALUE, 0);
        refused(Errno.EPERM, () -> alice.setxattr("f", "trusted.a", VALUE, 0));
        refused(Errno.ENODATA, () -> alice.getxattr("f", "trusted.a"));
        refused(Errno.EPERM, () -> alice.removexattr("f", "trusted.a"));
        assertThat(alice.listxattr("f")).doesNotContain("trusted.a");
    }

    /** {@code user.ring3.*}: read, never listed, never set. */
    @Test
    void xattrsOfRing3_tellWhatStatDoesNot() {
        assumeTrue(target != Target.HOST, "Ring3's alone");
        aliceFile("f", 0640);
        assertThat(ring3("f", "subvolume")).isEqualTo("1");
        assertThat(Long.parseLong(ring3("f", "ino"))).isPositive();
        assertThat(ring3("f", "ino")).isNotEqualTo(ring3(".", "ino"));
        assertThat(ring3("f", "flags")).matches("0x[0-9a-f]+");
        String before = ring3("f", "change");
        assertThat(ring3("f", "change")).isEqualTo(before);
        root.chmod("f", 0600);
        assertThat(Long.parseUnsignedLong(ring3("f", "change"))).isGreaterThan(Long.parseUnsignedLong(before));
        assertThat(root.listxattr("f")).isEmpty();
        refused(Errno.EACCES, () -> bob.getxattr("f", "user.ring3.ino"));
        refused(Errno.ENODATA, () -> root.getxattr("f", "user.ring3.else"));
        refused(Errno.EPERM, () -> root.setxattr("f", "user.ring3.ino", VALUE, 0));
        refused(Errno.EPERM, () -> root.setxattr("f", "user.ring3.else", VALUE, 0));
        refused(Errno.EPERM, () -> root.removexattr("f", "user.ring3.ino"));
    }

    private String ring3(String path, String name) {
        return new String(root.getxattr(path, "user.ring3." + name), UTF_8);
    }
}
