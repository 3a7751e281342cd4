package dev.ring3.bpf.insn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The versions that {@link Golden} holds for every instruction, as the public conformance suite counts them. */
class CpuVersionTest {

    static Stream<Golden> golden() {
        return Golden.all();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void of_everyInstruction_isTheVersionOfTheSuite(Golden row) {
        assertThat(CpuVersion.of(row.insn())).isEqualTo(row.version());
    }

    @ParameterizedTest
    @EnumSource
    void everyVersion_addsAnInstruction(CpuVersion version) {
        assertThat(Golden.all().map(Golden::version)).contains(version);
    }
}
