package dev.ring3.bpf.insn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The groups that {@link Golden} holds for every line of the RFC's appendix, and those that are easily mistaken. */
class ConformanceGroupTest {

    static Stream<Golden> golden() {
        return Golden.all();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void of_everyInstruction_isTheGroupOfTheAppendix(Golden row) {
        assertThat(ConformanceGroup.of(row.insn())).isEqualTo(row.group());
    }

    @ParameterizedTest
    @EnumSource
    void everyGroup_hasAnInstruction(ConformanceGroup group) {
        assertThat(Golden.all().map(Golden::group)).contains(group);
    }

    /** Section 4.3: "All CALL and JA instructions belong to the base32 conformance group", unlike others of JMP. */
    @Test
    void of_jumpsCallsAndExitOfTheClassOf64Bits_isBase32() {
        assertThat(Stream.of(
                                new Insn.Jump(0),
                                new Insn.JumpLong(0),
                                new Insn.CallHelper(1),
                                new Insn.CallLocal(0),
                                new Insn.CallHost(1),
                                new Insn.Exit())
                        .map(ConformanceGroup::of))
                .containsOnly(ConformanceGroup.BASE32);
    }

    /**
     * Section 2.4: base32 "includes all instructions defined in this specification unless otherwise noted", and section
     * 5 notes only that "instructions using DW belong to the base64 conformance group".
     */
    @Test
    void of_signExtendingLoads_isBase32() {
        assertThat(Stream.of(Size.BYTE, Size.HALF, Size.WORD)
                        .map(size -> new Insn.Load(size, true, Register.R1, Register.R2, 0))
                        .map(ConformanceGroup::of))
                .containsOnly(ConformanceGroup.BASE32);
    }
}
