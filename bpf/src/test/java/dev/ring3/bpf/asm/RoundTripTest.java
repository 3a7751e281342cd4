package dev.ring3.bpf.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTripTest {
    private static final int PROGRAMS = 300;
    private static final int INSNS = 60;

    @ParameterizedTest
    @EnumSource
    void program_disassembledAndAssembled_isTheSame(Dialect dialect) {
        long first = RandomCode.seed();
        for (int i = 0; i < PROGRAMS; i++) {
            long seed = first + i;
            RandomCode.check(RoundTripTest.class, seed, () -> {
                BpfCode code = new RandomCode(seed).program(INSNS);
                BpfCode again = Assembler.assemble(Disassembler.disassemble(code, dialect), dialect);
                assertThat(again).isEqualTo(code);
                assertThat(InsnLayout.encode(again, ByteOrder.LITTLE_ENDIAN))
                        .isEqualTo(InsnLayout.encode(code, ByteOrder.LITTLE_ENDIAN));
                assertThat(Assembler.assemble(Disassembler.listing(code, dialect), dialect))
                        .isEqualTo(code);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void unlinkedCode_disassembledAndAssembled_isTheSame(Dialect dialect) {
        long first = RandomCode.seed();
        for (int i = 0; i < PROGRAMS; i++) {
            long seed = first + i;
            RandomCode.check(RoundTripTest.class, seed, () -> {
                BpfCode code = new RandomCode(seed).unlinked(INSNS);
                String text = Disassembler.disassemble(code, dialect);
                assertThat(Assembler.assembleUnlinked(text, dialect)).isEqualTo(code);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void insn_asLine_assemblesToItself(Dialect dialect) {
        long seed = RandomCode.seed();
        RandomCode random = new RandomCode(seed);
        RandomCode.check(RoundTripTest.class, seed, () -> {
            for (int i = 0; i < PROGRAMS * INSNS; i++) {
                Insn insn = random.insn();
                String line = Disassembler.line(insn, dialect);
                assertThat(Assembler.assembleUnlinked(line, dialect).insns()).containsExactly(insn);
            }
        });
    }
}
