package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ring3 serve --mount} of a user who is not root, in a directory of their own, through {@code fusermount3}. Scripts
 * run in a mount namespace, in which the checkout lies where that user can read it, and which takes all mounts with it.
 */
class UserMountTest {
    /** The user is nobody, uid 65534; another one is uid 7. */
    private static final String PREAMBLE = """
            set -u
            mount --bind "$checkout" src
            export RING3_BUILD_DIR=$PWD/src/it/target/ring3
            as() { local uid=$1; shift; setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"; }
            server=
            trap '[ -n "$server" ] && kill -9 $server' EXIT
            serve() {
                rm -f log
                setpriv --reuid 65534 --regid 65534 --clear-groups src/ring3 serve --data home/data --mount home/mnt \
                    --http off --nfs off "$@" >log 2>&1 &
                server=$!
                until grep -q '^Serving' log || ! kill -0 $server 2>/dev/null; do sleep 0.1; done
            }
            mounted() { grep -c "$PWD/home/mnt fuse.ring3" /proc/self/mounts; }
            ended() { wait $server; echo "ended $?"; server=; }
            """;

    @TempDir
    private Path folder;

    private RealLauncher launcher;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        assumeTrue("root".equals(System.getProperty("user.name")), "becoming another user wants root");
        launcher = new RealLauncher(folder);
        for (String program : List.of("fusermount3", "setpriv", "unshare")) {
            assumeTrue(launcher.run("command -v " + program).status() == 0, "no " + program + " here");
        }
        launcher.prepare();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(folder.resolve("src"));
        assertThat(launcher.run("mkdir -p home/mnt && chown -R 65534:65534 home")
                        .status())
                .isZero();
        String try0 = "as 65534 test -x \"$RING3_JAVA_HOME/bin/java\" && as 65534 src/ring3 --version";
        assumeTrue(run(try0).getFirst().startsWith("ring3"), "no other user can run Ring3 from here");
    }

    /** What a script says, line by line. */
    private List<String> run(String script) throws Exception {
        Files.writeString(
                folder.resolve("script"), "checkout='%s'%n".formatted(RealLauncher.root()) + PREAMBLE + script);
        String text = launcher.run("unshare --mount --propagation private bash script 2>&1")
                .text();
        return Arrays.asList(text.split("\n"));
    }

    @Test
    void user_servesMountsAndStops_andIsAlone() throws Exception {
        List<String> lines = run("""
                serve
                echo "mounted $(mounted)"
                as 65534 bash -c 'cd home/mnt; echo text > f; mkdir d; ln f d/g; cat d/g; chmod 2750 d; stat -c "%U %a" d;
                    setfattr -n user.k -v v f; getfattr --only-values -n user.k f; echo; chown 0 f' 2>&1
                as 65534 src/ring3 subvolume create /sub --data home/data
                as 65534 touch home/mnt/sub/in && echo "made in a subvolume"
                cat home/mnt/f 2>&1
                as 7 cat home/mnt/f 2>&1
                kill -TERM $server
                ended
                echo "mounted $(mounted)"
                serve --no-hooks
                as 65534 cat home/mnt/d/g
                """);
        assertThat(lines)
                .containsExactly(
                        "mounted 1",
                        "text",
                        "nobody 2750",
                        "v",
                        "chown: changing ownership of 'f': Operation not permitted",
                        "/sub is subvolume 2",
                        "made in a subvolume",
                        "cat: home/mnt/f: Permission denied",
                        "cat: home/mnt/f: Permission denied",
                        "ended 143",
                        "mounted 0",
                        "text");
    }

    @Test
    void deadMountOfAUser_isTakenAwayByThatUser() throws Exception {
        List<String> lines = run("""
                serve
                kill -9 $server
                ended 2>/dev/null
                echo "mounted $(mounted)"
                as 65534 ls home/mnt 2>&1
                serve
                as 65534 ls home/mnt && echo "taken away and mounted again"
                kill -9 $server
                ended 2>/dev/null
                as 7 src/ring3 mount --cleanup home/mnt >/dev/null 2>&1 && echo "a stranger took it away"
                as 65534 src/ring3 mount --cleanup home/mnt
                echo "mounted $(mounted)"
                """);
        assertThat(lines).hasSize(7);
        assertThat(lines.get(1)).isEqualTo("mounted 1");
        assertThat(lines.get(2)).endsWith("Transport endpoint is not connected");
        assertThat(lines.subList(3, 5)).containsExactly("taken away and mounted again", "ended 137");
        assertThat(lines.get(5)).endsWith("home/mnt is unmounted; its server was gone");
        assertThat(lines.get(6)).isEqualTo("mounted 0");
    }

    @Test
    void otherUsers_areLetInWhereTheMachineAllows_andElseItIsSaidWhatIsMissing() throws Exception {
        assumeTrue(Files.exists(Path.of("/etc/fuse.conf")), "no /etc/fuse.conf here");
        List<String> lines = run("""
                : > none; mount --bind none /etc/fuse.conf
                serve --allow-other
                ended
                grep not.mounted log
                echo user_allow_other > some; mount --bind some /etc/fuse.conf
                serve --allow-other
                as 65534 bash -c 'echo text > home/mnt/f; chmod 640 home/mnt/f; echo open > home/mnt/g'
                cat home/mnt/f
                as 7 cat home/mnt/g home/mnt/f 2>&1
                """);
        assertThat(lines).hasSize(5);
        assertThat(lines.getFirst()).isEqualTo("ended 3");
        assertThat(lines.get(1)).contains("root lets users do so by a line 'user_allow_other' in /etc/fuse.conf");
        assertThat(lines.subList(2, 5)).containsExactly("text", "open", "cat: home/mnt/f: Permission denied");
    }

    @Test
    void withoutTheHelper_itIsNamed() throws Exception {
        List<String> lines = run("""
                mount --bind /dev/null "$(command -v fusermount3)"
                serve
                ended
                grep not.mounted log
                """);
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).isEqualTo("ended 3");
        assertThat(lines.get(1)).contains("which root alone may without fusermount3 (package fuse3)");
    }
}
