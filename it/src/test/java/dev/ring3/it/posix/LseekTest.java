package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** {@code lseek(2)} to data and holes; positions are the kernel's. */
final class LseekTest extends PosixSuite {
    private static final int FAR = 1 << 20;

    @Test
    void lseek_findsDataAndHoles() {
        int open = root.open("f", Calls.CREAT | Calls.RDWR, 0644);
        root.write(open, FAR, new byte[] {1});
        root.ftruncate(open, 3L * FAR);
        assertThat(root.seek(open, 0, Calls.SEEK_DATA)).isEqualTo(FAR);
        assertThat(root.seek(open, FAR, Calls.SEEK_DATA)).isEqualTo(FAR);
        assertThat(root.seek(open, 5, Calls.SEEK_HOLE)).isEqualTo(5);
        assertThat(root.seek(open, FAR, Calls.SEEK_HOLE)).isBetween(FAR + 1L, FAR + 65_536L);
        refused(Errno.ENXIO, () -> root.seek(open, 2L * FAR, Calls.SEEK_DATA));
        assertThat(root.seek(open, 2L * FAR, Calls.SEEK_HOLE)).isEqualTo(2L * FAR);
        root.close(open);
    }

    @Test
    void lseek_pastTheEnd_isRefused() {
        content("f", "0123456789");
        int open = root.open("f", Calls.RDONLY, 0);
        refused(Errno.ENXIO, () -> root.seek(open, 10, Calls.SEEK_DATA));
        refused(Errno.ENXIO, () -> root.seek(open, 11, Calls.SEEK_HOLE));
        refused(Errno.ENXIO, () -> root.seek(open, -1, Calls.SEEK_DATA));
        assertThat(root.seek(open, 3, Calls.SEEK_HOLE)).isEqualTo(10);
        root.close(open);
    }
}
