package dev.ring3.it.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code write(2)}, {@code pwrite(2)} and {@code pread(2)}. */
final class WriteTest extends PosixSuite {
    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void write_movesTimesOfContentAndChange_readOfAccess() {
        content("f", "text");
        int open = root.open("f", Calls.RDWR, 0);
        assertThat(moved("f", () -> root.write(open, 0, bytes("more")))).isEqualTo("MC");
        assertThat(moved("f", () -> root.write(open, 100, bytes("more")))).isEqualTo("MC");
        assertThat(moved("f", () -> root.write(open, 0, new byte[0]))).isEmpty();
        root.close(open);
    }

    @Test
    void write_beyondTheEnd_leavesZeros() {
        int open = root.open("f", Calls.CREAT | Calls.RDWR, 0644);
        root.write(open, 5_000, bytes("end"));
        assertThat(root.fstat(open).size()).isEqualTo(5_003);
        assertThat(root.read(open, 0, 5_000)).containsOnly(0);
        assertThat(root.read(open, 5_000, 100)).isEqualTo(bytes("end"));
        assertThat(root.read(open, 5_003, 100)).isEmpty();
        assertThat(root.read(open, 1L << 40, 100)).isEmpty();
        root.close(open);
    }

    @Test
    void write_thatAppends_goesToTheEnd() {
        content("f", "one");
        int open = root.open("f", Calls.WRONLY | Calls.APPEND, 0);
        int other = root.open("f", Calls.WRONLY, 0);
        root.writeHere(open, bytes(" two"));
        root.write(other, 7, bytes(" three"));
        root.writeHere(open, bytes(" four"));
        assertThat(content("f")).isEqualTo("one two three four");
        root.close(open);
        root.close(other);
    }

    @Test
    void write_atBadOffsets_isRefused() {
        int open = root.open("f", Calls.CREAT | Calls.RDWR, 0644);
        refused(Errno.EINVAL, () -> root.write(open, -1, bytes("x")));
        refused(Errno.EINVAL, () -> root.read(open, -1, 1));
        root.close(open);
    }

    @Test
    void write_byAnybodyButRoot_clearsSetIdBits() {
        aliceFile("f", 0777);
        root.chmod("f", 06777);
        int open = bob.open("f", Calls.WRONLY, 0);
        bob.write(open, 0, bytes("x"));
        bob.close(open);
        assertThat(root.stat("f").permissions()).isEqualTo(0777);
        root.chmod("f", 04644);
        int owner = alice.open("f", Calls.WRONLY, 0);
        alice.write(owner, 0, bytes("x"));
        alice.close(owner);
        assertThat(root.stat("f").permissions()).as("also by the owner").isEqualTo(0644);
        root.chmod("f", 06777);
        int privileged = root.open("f", Calls.WRONLY, 0);
        root.write(privileged, 0, bytes("x"));
        root.close(privileged);
        assertThat(root.stat("f").permissions()).as("by root").isEqualTo(06777);
    }

    @Test
    void write_fromOutsideTheGroup_clearsSetGroupId_whereTheGroupMayNotExecute() {
        aliceFile("f", 0666);
        for (String how : List.of("write", "truncate", "fallocate", "open")) {
            root.chmod("f", 02666);
            int open = carol.open("f", Calls.RDWR, 0);
            change(carol, open, how);
            assertThat(root.stat("f").permissions()).as("%s by a member", how).isEqualTo(02666);
            carol.close(open);
            open = bob.open("f", Calls.RDWR, 0);
            change(bob, open, how);
            assertThat(root.stat("f").permissions()).as(how).isEqualTo(0666);
            bob.close(open);
        }
    }

    private static void change(Calls who, int open, String how) {
        switch (how) {
            case "write" -> who.write(open, 0, bytes("x"));
            case "truncate" -> who.ftruncate(open, 5);
            case "fallocate" -> who.fallocate(open, 0, 0, 8192);
            default -> who.close(who.open("f", Calls.WRONLY | Calls.TRUNC, 0));
        }
    }

    @Test
    void content_isOfTheFile_whateverNameItHas() {
        int open = root.open("f", Calls.CREAT | Calls.RDWR, 0644);
        root.write(open, 0, bytes("text"));
        root.rename("f", "g", 0);
        root.write(open, 4, bytes(" more"));
        assertThat(content("g")).isEqualTo("text more");
        root.close(open);
    }
}
