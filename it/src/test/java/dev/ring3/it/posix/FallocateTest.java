package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.ring3.linux.Errno;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@code fallocate(2)}; a filesystem that lacks a mode is left out, but ours, which lacks none on itself. */
final class FallocateTest extends PosixSuite {
    private static final int BLOCK = 4096;

    private int filled(String path, int blocks) {
        int open = root.open(path, Calls.CREAT | Calls.RDWR, 0644);
        for (int i = 0; i < blocks; i++) {
            byte[] bytes = new byte[BLOCK];
            Arrays.fill(bytes, (byte) ('a' + i));
            root.write(open, (long) i * BLOCK, bytes);
        }
        return open;
    }

    private void allocate(int open, int mode, long offset, long length) {
        try {
            root.fallocate(open, mode, offset, length);
        } catch (PosixException e) {
            if (e.errno() != Errno.EOPNOTSUPP || target == Target.VFS) {
                throw e;
            }
            abort(target + " has no fallocate of mode " + mode);
        }
    }

    private String letters(int open) {
        StringBuilder letters = new StringBuilder();
        for (long at = 0; at < root.fstat(open).size(); at += BLOCK) {
            byte first = root.read(open, at, 1)[0];
            letters.append(first == 0 ? '0' : (char) first);
        }
        return letters.toString();
    }

    @Test
    void fallocate_growsWithZeros_andMovesTimes() {
        int open = filled("f", 1);
        assertThat(moved("f", () -> allocate(open, 0, BLOCK, 2 * BLOCK))).contains("C");
        assertThat(letters(open)).isEqualTo("a00");
        assertThat(root.fstat(open).blocks()).isGreaterThanOrEqualTo(3 * BLOCK / 512);
        allocate(open, Calls.KEEP_SIZE, 0, 10 * BLOCK);
        assertThat(root.fstat(open).size()).isEqualTo(3 * BLOCK);
        root.close(open);
    }

    @Test
    void fallocate_punchesHoles() {
        int open = filled("f", 4);
        assertThat(moved("f", () -> allocate(open, Calls.PUNCH_HOLE | Calls.KEEP_SIZE, BLOCK, 2 * BLOCK)))
                .isEqualTo("MC");
        assertThat(letters(open)).isEqualTo("a00d");
        assertThat(root.seek(open, 0, Calls.SEEK_HOLE)).isEqualTo(BLOCK);
        assertThat(root.seek(open, BLOCK, Calls.SEEK_DATA)).isEqualTo(3 * BLOCK);
        allocate(open, Calls.PUNCH_HOLE | Calls.KEEP_SIZE, 10, 20);
        assertThat(root.read(open, 9, 3)).containsExactly('a', 0, 0);
        root.close(open);
    }

    @Test
    void fallocate_zeroes() {
        int open = filled("f", 3);
        allocate(open, Calls.ZERO | Calls.KEEP_SIZE, BLOCK, 5 * BLOCK);
        assertThat(letters(open)).isEqualTo("a00");
        allocate(open, Calls.ZERO, 2 * BLOCK, 2 * BLOCK);
        assertThat(letters(open)).isEqualTo("a000");
        root.close(open);
    }

    @Test
    void fallocate_collapsesAndInserts() {
        int open = filled("f", 4);
        allocate(open, Calls.COLLAPSE, BLOCK, BLOCK);
        assertThat(letters(open)).isEqualTo("acd");
        refused(Errno.EINVAL, () -> root.fallocate(open, Calls.COLLAPSE, 2 * BLOCK, BLOCK));
        refused(Errno.EINVAL, () -> root.fallocate(open, Calls.COLLAPSE, 1, BLOCK));
        allocate(open, Calls.INSERT, BLOCK, 2 * BLOCK);
        assertThat(letters(open)).isEqualTo("a00cd");
        refused(Errno.EINVAL, () -> root.fallocate(open, Calls.INSERT, 5 * BLOCK, BLOCK));
        root.close(open);
    }

    @Test
    void fallocate_withBadArguments_isRefused() {
        int open = filled("f", 1);
        refused(Errno.EINVAL, () -> root.fallocate(open, 0, 0, 0));
        refused(Errno.EINVAL, () -> root.fallocate(open, 0, -1, 1));
        refused(Errno.EINVAL, () -> root.fallocate(open, 0, 0, -1));
        refused(Errno.EFBIG, () -> root.fallocate(open, 0, Long.MAX_VALUE, 10));
        root.close(open);
        int reader = root.open("f", Calls.RDONLY, 0);
        refused(Errno.EBADF, () -> root.fallocate(reader, 0, 0, 1));
        root.close(reader);
    }
}
