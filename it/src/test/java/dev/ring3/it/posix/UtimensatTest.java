package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.it.posix.Calls.Time;
import dev.ring3.linux.Errno;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** {@code utimensat(2)}. */
final class UtimensatTest extends PosixSuite {
    private static final Instant ONE = Instant.ofEpochSecond(1_000_000_007L, 123_456_789);
    private static final Instant OTHER = Instant.ofEpochSecond(1_900_000_000L, 1);

    @Test
    void utimens_setsNanoseconds_ofEveryType() {
        for (int type : OTHER_TYPES) {
            make("x" + type, type);
            assertThat(moved("x" + type, () -> root.lutimens("x" + type, Time.of(ONE), Time.of(OTHER))))
                    .contains("C");
            Status set = root.lstat("x" + type);
            assertThat(set.accessTime()).isEqualTo(ONE);
            assertThat(set.modifyTime()).isEqualTo(OTHER);
        }
        root.mkdir("d", 0755);
        root.utimens("d", Time.of(OTHER), Time.of(ONE));
        assertThat(root.stat("d").modifyTime()).isEqualTo(ONE);
    }

    @Test
    void utimens_leavesWhatIsOmitted() {
        file("f", 0644);
        root.utimens("f", Time.of(ONE), Time.of(ONE));
        root.utimens("f", Time.OMIT, Time.of(OTHER));
        assertThat(root.stat("f").accessTime()).isEqualTo(ONE);
        assertThat(root.stat("f").modifyTime()).isEqualTo(OTHER);
        root.utimens("f", Time.of(OTHER), Time.OMIT);
        assertThat(root.stat("f").accessTime()).isEqualTo(OTHER);
        assertThat(moved("f", () -> root.utimens("f", Time.OMIT, Time.OMIT))).isEmpty();
        assertThat(moved("f", () -> alice.utimens("f", Time.OMIT, Time.OMIT))).isEmpty();
    }

    @Test
    void utimens_setsTheClocksTime() {
        file("f", 0644);
        root.utimens("f", Time.of(ONE), Time.of(ONE));
        Instant before = Instant.now().minusSeconds(2);
        root.utimens("f", Time.NOW, Time.NOW);
        assertThat(root.stat("f").modifyTime()).isAfter(before);
        assertThat(root.stat("f").accessTime()).isAfter(before);
    }

    @Test
    void utimens_beforeTheEpoch_isKept() {
        file("f", 0644);
        Instant early = Instant.ofEpochSecond(-1_000, 999_999_999);
        root.utimens("f", Time.of(early), Time.of(early));
        assertThat(root.stat("f").modifyTime()).isEqualTo(early);
        Instant late = Instant.ofEpochSecond(4_294_967_296L + 5);
        root.utimens("f", Time.of(late), Time.of(late));
        assertThat(root.stat("f").modifyTime()).isEqualTo(late);
    }

    @Test
    void utimens_ofAnyTime_isForTheOwner_ofTheClocksForWriters() {
        aliceFile("f", 0666);
        refused(Errno.EPERM, () -> bob.utimens("f", Time.of(ONE), Time.of(ONE)));
        refused(Errno.EPERM, () -> bob.utimens("f", Time.NOW, Time.OMIT));
        refused(Errno.EPERM, () -> bob.utimens("f", Time.OMIT, Time.NOW));
        bob.utimens("f", Time.NOW, Time.NOW);
        root.chmod("f", 0444);
        refused(Errno.EACCES, () -> bob.utimens("f", Time.NOW, Time.NOW));
        alice.utimens("f", Time.NOW, Time.NOW);
        alice.utimens("f", Time.of(ONE), Time.of(ONE));
    }

    @Test
    void utimens_followsLinks_unlessTold() {
        file("f", 0644);
        root.symlink("f", "l");
        root.utimens("l", Time.of(ONE), Time.of(ONE));
        assertThat(root.stat("f").modifyTime()).isEqualTo(ONE);
        root.lutimens("l", Time.of(OTHER), Time.of(OTHER));
        assertThat(root.stat("f").modifyTime()).isEqualTo(ONE);
        assertThat(root.lstat("l").modifyTime()).isEqualTo(OTHER);
    }

    @Test
    void utimens_byBadPaths_isRefused() {
        refusesBadPaths(path -> root.utimens(path, Time.NOW, Time.NOW));
        refused(Errno.ENOENT, () -> root.utimens("missing", Time.NOW, Time.NOW));
        root.symlink("self", "self");
        refused(Errno.ELOOP, () -> root.utimens("self", Time.NOW, Time.NOW));
    }

    /** 32 bits of seconds, signed and unsigned, end in 2038 and 2106. */
    @Test
    void utimens_pastTheEndsOfOlderClocks_isKept() {
        file("f", 0644);
        for (long seconds : new long[] {Integer.MAX_VALUE, 1L << 31, (1L << 32) - 1, 1L << 32}) {
            Instant time = Instant.ofEpochSecond(seconds, 1);
            root.utimens("f", Calls.Time.of(time), Calls.Time.of(time.plusSeconds(1)));
            assertThat(root.stat("f").accessTime()).isEqualTo(time);
            assertThat(root.stat("f").modifyTime()).isEqualTo(time.plusSeconds(1));
        }
    }
}
