package dev.ring3.bpf.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RegisterTest {

    @Test
    void of_everyNumber_isTheRegisterOfThatNameAndNumber() {
        assertThat(Register.COUNT).isEqualTo(11);
        for (int number = 0; number < Register.COUNT; number++) {
            assertThat(Register.of(number).number()).isEqualTo(number);
            assertThat(Register.of(number)).hasToString("r" + number);
        }
        assertThat(Register.of(10)).isSameAs(Register.R10);
    }

    @Test
    void of_aNumberThatNamesNone_isRefused() {
        assertThatThrownBy(() -> Register.of(11)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> Register.of(-1)).isInstanceOf(RuntimeException.class);
    }
}
