package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBitmapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 65, 4096, 4097, 300_000})
    void set_randomChanges_agreesWithATree(long size) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        FrameBitmap bitmap = new FrameBitmap(size);
        TreeSet<Long> model = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            long number = random.nextLong(size);
            if (random.nextInt(3) == 0) {
                bitmap.add(number);
                model.add(number);
            } else {
                long least = bitmap.least();
                assertThat(least).as("seed %d", seed).isEqualTo(model.isEmpty() ? -1 : model.first());
                assertThat(bitmap.contains(number)).isEqualTo(model.contains(number));
                bitmap.remove(least < 0 ? number : least);
                model.remove(least < 0 ? number : least);
            }
        }
    }

    @Test
    void contains_pastTheEnd_isFalse() {
        FrameBitmap bitmap = new FrameBitmap(0);
        assertThat(bitmap.contains(0)).isFalse();
        assertThat(bitmap.contains(1_000_000)).isFalse();
        assertThat(bitmap.least()).isEqualTo(-1);
    }
}
