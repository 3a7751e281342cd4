package dev.ring3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SlotsTest {
    @Test
    void get_ofANumberThatWasGivenBack_findsNothing_alsoWhenThePlaceIsTakenAgain() {
        Slots<String> slots = new Slots<>();
        long first = slots.add("first");
        assertThat(slots.remove(first)).isEqualTo("first");
        long second = slots.add("second");

        assertThat(second).isNotEqualTo(first);
        assertThat(slots.get(first)).isNull();
        assertThat(slots.remove(first)).isNull();
        assertThat(slots.get(second)).isEqualTo("second");
    }

    @Test
    void get_ofNumbersThatNeverWere_findsNothing() {
        Slots<String> slots = new Slots<>();
        slots.add("one");

        for (long id : new long[] {-1, 1, 63, 64, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
            assertThat(slots.get(id)).as("%d", id).isNull();
        }
    }

    @Test
    void addAndRemove_atRandom_areThoseOfAMap() {
        Random random = new Random(7);
        Slots<Integer> slots = new Slots<>();
        Map<Long, Integer> model = new HashMap<>();
        for (int step = 0; step < 100_000; step++) {
            if (model.isEmpty() || random.nextInt(5) < 3) {
                long id = slots.add(step);
                assertThat(model.put(id, step)).isNull();
            } else {
                long id = model.keySet().iterator().next();
                assertThat(slots.remove(id)).isEqualTo(model.remove(id));
            }
        }
        model.forEach((id, value) -> assertThat(slots.get(id)).isEqualTo(value));
        assertThat(slots.values()).containsExactlyInAnyOrderElementsOf(model.values());
    }
}
