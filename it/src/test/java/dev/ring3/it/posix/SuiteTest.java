package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** What the suite's checks are worth: each fails where it should. */
final class SuiteTest extends PosixSuite {
    @Test
    void refused_whereNothingWasRefused_fails() {
        assertThatThrownBy(() -> refused(Errno.EEXIST, () -> root.mkdir("d", 0755)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void refused_withAnotherError_fails() {
        assertThatThrownBy(() -> refused(Errno.EPERM, () -> root.rmdir("missing")))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void moved_tellsEveryTime() {
        file("f", 0644);
        assertThat(moved("f", () -> {})).isEmpty();
        assertThat(moved("f", () -> root.utimens("f", Calls.Time.NOW, Calls.Time.NOW)))
                .isEqualTo("AMC");
    }

    /** Each user is that one to the filesystem, at every call. */
    @Test
    void users_areTheirs() {
        for (User user : new User[] {User.ALICE, User.ROOT, User.CAROL, User.BOB}) {
            root.as(user).mkdir("of" + user.uid(), 0755);
            assertThat(root.stat("of" + user.uid()).uid()).isEqualTo(user.uid());
            assertThat(root.stat("of" + user.uid()).gid()).isEqualTo(user.gid());
        }
    }
}
