package dev.ring3.bpf.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PageAllocatorTest {
    private static final long START = 0x10000;
    private static final long END = 0x100000;

    private final PageAllocator pages = new PageAllocator(START, END);

    @Test
    void allocate_untilFull_givesDisjointRangesThenZero() {
        long first = pages.allocate(0x80000);
        long second = pages.allocate(0x70000);
        assertThat(first).isEqualTo(START);
        assertThat(second).isEqualTo(START + 0x80000);
        assertThat(pages.freeBytes()).isZero();
        assertThat(pages.allocate(1)).isZero();
    }

    @Test
    void allocate_noneInARow_isZeroThoughEnoughIsFree() {
        long first = pages.allocate(0x50000);
        pages.allocate(0x50000);
        pages.free(first, 0x50000);
        assertThat(pages.freeBytes()).isEqualTo(0xa0000);
        assertThat(pages.allocate(0x60000)).isZero();
    }

    @Test
    void free_inAnyOrder_joinsNeighbours() {
        long[] ranges = {pages.allocate(0x1000), pages.allocate(0x1000), pages.allocate(0x1000)};
        for (int i : new int[] {0, 2, 1}) {
            pages.free(ranges[i], 0x1000);
        }
        assertThat(pages.allocate(END - START)).isEqualTo(START);
    }

    @Test
    void free_twice_isOurBug() {
        long range = pages.allocate(0x2000);
        pages.free(range, 0x2000);
        assertThatThrownBy(() -> pages.free(range, 0x2000)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pages.free(range + 0x1000, 0x1000)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void allocateAndFree_atRandom_neverOverlap() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeMap<Long, Long> taken = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            if (taken.isEmpty() || random.nextInt(5) > 1) {
                long bytes = 0x1000L * (1 + random.nextInt(16));
                long start = pages.allocate(bytes);
                if (start != 0) {
                    Map.Entry<Long, Long> before = taken.floorEntry(start + bytes - 1);
                    assertThat(before == null || before.getKey() + before.getValue() <= start)
                            .as("seed %d, step %d", seed, i)
                            .isTrue();
                    taken.put(start, bytes);
                    continue;
                }
            }
            Map.Entry<Long, Long> range = taken.ceilingEntry(START + random.nextLong(END - START));
            if (range != null) {
                taken.remove(range.getKey());
                pages.free(range.getKey(), range.getValue());
            }
        }
        taken.forEach(pages::free);
        assertThat(pages.allocate(END - START)).isEqualTo(START);
    }
}
