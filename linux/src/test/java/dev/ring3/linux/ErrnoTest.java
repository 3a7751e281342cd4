package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void of_numbersOfTheGenericTable_givesTheirConstants() {
        assertThat(Errno.of(1)).isEqualTo(Errno.EPERM);
        assertThat(Errno.of(2)).isEqualTo(Errno.ENOENT);
        assertThat(Errno.of(11)).isEqualTo(Errno.EAGAIN).isEqualTo(Errno.EWOULDBLOCK);
        assertThat(Errno.of(22)).isEqualTo(Errno.EINVAL);
        assertThat(Errno.of(35)).isEqualTo(Errno.EDEADLK).isEqualTo(Errno.EDEADLOCK);
        assertThat(Errno.of(38)).isEqualTo(Errno.ENOSYS);
        assertThat(Errno.of(95)).isEqualTo(Errno.EOPNOTSUPP).isEqualTo(Errno.ENOTSUP);
        assertThat(Errno.of(116)).isEqualTo(Errno.ESTALE);
        assertThat(Errno.of(133)).isEqualTo(Errno.EHWPOISON);
        assertThat(Errno.of(524)).isEqualTo(Errno.ENOTSUPP);
    }

    @Test
    void of_everyConstant_givesItBack() {
        Set<Integer> numbers = new HashSet<>();
        for (Errno errno : Errno.values()) {
            assertThat(Errno.of(errno.number())).isEqualTo(errno);
            assertThat(numbers.add(errno.number()))
                    .as("%s has a number of its own", errno)
                    .isTrue();
            assertThat(errno.message()).isNotBlank();
        }
    }

    @Test
    void of_numbersUpTo133_leavesOnlyTheTwoHolesOfTheKernelsTable() {
        int[] unknown = IntStream.rangeClosed(1, 133)
                .filter(number -> Errno.of(number) == Errno.UNKNOWN)
                .toArray();

        assertThat(unknown).containsExactly(41, 58);
    }

    @Test
    void of_numbersWithoutAConstant_isUnknown() {
        for (int number : new int[] {Integer.MIN_VALUE, -1, 0, 41, 134, 523, 525, 4095, Integer.MAX_VALUE}) {
            assertThat(Errno.of(number)).as("%d", number).isEqualTo(Errno.UNKNOWN);
        }
        assertThat(Arrays.asList(Errno.values())).endsWith(Errno.UNKNOWN);
    }
}
