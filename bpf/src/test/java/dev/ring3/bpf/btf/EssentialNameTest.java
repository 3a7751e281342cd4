package dev.ring3.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EssentialNameTest {
    @ParameterizedTest
    @CsvSource({
        "task_struct, task_struct",
        "task_struct___old, task_struct",
        "a___b___c, a___b",
        "a____b, a____b",
        "a__b, a__b",
        "___a, ___a",
        "a___, a___",
        "a___b, a",
        "____a___b, ____a",
        "'', ''",
        "___, ___"
    })
    void nameWithFlavour_of_isWhatStandsBefore(String name, String essential) {
        assertThat(EssentialName.of(name)).isEqualTo(essential);
    }

    @ParameterizedTest
    @CsvSource({
        "s, s, true",
        "s___a, s___b, true",
        "s___a, t___a, false",
        "'', '', true",
        "'', s, false",
        "st, s, false"
    })
    void names_matches_ignoresFlavours(String one, String other, boolean matches) {
        assertThat(EssentialName.matches(one, other)).isEqualTo(matches);
        assertThat(EssentialName.matches(other, one)).isEqualTo(matches);
    }
}
