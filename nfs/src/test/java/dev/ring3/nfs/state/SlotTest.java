package dev.ring3.nfs.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.nfs.state.Slot.Turn;
import org.junit.jupiter.api.Test;

class SlotTest {
    private final Slot slot = new Slot();

    @Test
    void turn_followsTheNumber() {
        assertThatThrownBy(() -> slot.begin(0, 1)).hasMessage("SEQ_MISORDERED");
        assertThatThrownBy(() -> slot.begin(2, 1)).hasMessage("SEQ_MISORDERED");
        assertThat(slot.begin(1, 1)).isInstanceOf(Turn.New.class);
        assertThatThrownBy(() -> slot.begin(1, 1)).hasMessage("DELAY");
        assertThatThrownBy(() -> slot.begin(2, 1)).hasMessage("SEQ_MISORDERED");
        byte[] reply = {1, 2};
        slot.end(reply);
        assertThat(slot.begin(1, 1)).isEqualTo(new Turn.Again(reply));
        assertThatThrownBy(() -> slot.begin(1, 2)).hasMessage("SEQ_FALSE_RETRY");
        assertThat(slot.begin(2, 7)).isInstanceOf(Turn.New.class);
        slot.end(null);
        assertThat(slot.begin(2, 7)).isInstanceOf(Turn.Forgotten.class);
    }

    @Test
    void turn_wrapsAround() {
        Slot wrapping = new Slot(-1);
        assertThat(wrapping.begin(0, 1)).isInstanceOf(Turn.New.class);
    }
}
