package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LinuxExceptionTest {
    @Test
    void message_knownNumber_namesOperationObjectAndError() {
        LinuxException e = new LinuxException("close", "map \"hits\"", 9);

        assertThat(e).hasMessage("close: map \"hits\": EBADF (Bad file descriptor)");
        assertThat(e.errno()).isEqualTo(Errno.EBADF);
        assertThat(e.operation()).isEqualTo("close");
        assertThat(e.object()).isEqualTo("map \"hits\"");
    }

    @Test
    void message_unknownNumber_keepsIt() {
        LinuxException e = new LinuxException("close", "map", 600);

        assertThat(e).hasMessage("close: map: error 600 (Unknown error)");
        assertThat(e.errno()).isEqualTo(Errno.UNKNOWN);
        assertThat(e.number()).isEqualTo(600);
    }

    @Test
    void require_result_passesOrThrows() {
        assertThat(LinuxException.require(0, "a", "b")).isZero();
        assertThat(LinuxException.require(7, "a", "b")).isEqualTo(7);
        assertThatThrownBy(() -> LinuxException.require(-13, "a", "b"))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
    }
}
