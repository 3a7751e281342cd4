package dev.ring3.bpf.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisassemblerTest {
    private static final BpfCode CODE = Assembler.assemble("""
            r1 = 0x123456789a ll
            if r1 == 0 goto end
            call function
            r2 = function ll
            end: exit
            function: r0 = r1
            goto -2
            """, Dialect.LLVM);

    @Test
    void llvm_localCalls_haveLabels() {
        assertThat(Disassembler.disassemble(CODE, Dialect.LLVM)).isEqualTo("""
                r1 = 0x123456789a ll
                if r1 == 0 goto +3
                call L7
                r2 = code_addr(L7) ll
                exit
                L7: r0 = r1
                goto -2
                """);
    }

    @Test
    void conformance_everything_isRelative() {
        assertThat(Disassembler.disassemble(CODE, Dialect.CONFORMANCE)).isEqualTo("""
                lddw %r1, 0x123456789a
                jeq %r1, 0, +3
                call local +3
                lddw %r2, code_addr(+2)
                exit
                mov %r0, %r1
                ja -2
                """);
    }

    @Test
    void listing_llvm_hasSlotsTargetsAndNotes() {
        String listing = Disassembler.listing(
                CODE, Dialect.LLVM, slot -> slot == 2 ? List.of("if (!x)", "two\nlines") : List.of());
        assertThat(listing).isEqualTo("""
                   0: r1 = 0x123456789a ll
                ; if (!x)
                ; two
                ; lines
                   2: if r1 == 0 goto +3 <6>
                   3: call pc+3 <7>
                   4: r2 = code_addr(+2) ll <7>
                   6: exit
                   7: r0 = r1
                   8: goto -2 <7>
                """);
        assertThat(Assembler.assemble(listing, Dialect.LLVM)).isEqualTo(CODE);
    }

    @Test
    void listing_conformance_hasTargetsAsComments() {
        String listing = Disassembler.listing(CODE, Dialect.CONFORMANCE);
        assertThat(listing).contains("   2: jeq %r1, 0, +3 # 6\n", "   3: call local +3 # 7\n");
        assertThat(Assembler.assemble(listing, Dialect.CONFORMANCE)).isEqualTo(CODE);
    }

    @Test
    void line_ofSlot_namesItsTarget() {
        assertThat(Disassembler.line(CODE, 2, Dialect.LLVM)).isEqualTo("if r1 == 0 goto +3 <6>");
        assertThat(Disassembler.line(CODE.at(2), Dialect.LLVM)).isEqualTo("if r1 == 0 goto +3");
    }

    @Test
    void line_ofNoInstruction_isRefused() {
        assertThatThrownBy(() -> Disassembler.line(CODE, 1, Dialect.LLVM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("slot 1 begins no instruction of the 9 slots");
        assertThatThrownBy(() -> Disassembler.line(CODE, 9, Dialect.LLVM)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unlinkedCode_targetsOutside_areOffsets() {
        BpfCode code = BpfCode.unlinked(List.of(
                new Insn.CallLocal(Integer.MAX_VALUE), new Insn.CallLocal(-3), new Insn.JumpLong(Integer.MIN_VALUE)));
        assertThat(Disassembler.disassemble(code, Dialect.LLVM)).isEqualTo("""
                call pc+2147483647
                call pc-3
                gotol -2147483648
                """);
        assertThat(Disassembler.line(code, 2, Dialect.LLVM)).isEqualTo("gotol -2147483648 <-2147483645>");
    }

    @Test
    void unlinkedCode_ofNothing_isEmpty() {
        assertThat(Disassembler.disassemble(BpfCode.unlinked(List.of()), Dialect.LLVM))
                .isEmpty();
    }
}
