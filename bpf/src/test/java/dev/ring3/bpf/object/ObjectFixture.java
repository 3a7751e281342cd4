package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.elf.ElfWriter;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Width;
import java.nio.ByteOrder;
import java.util.List;

/** An object file in the making, and code to put into it. */
abstract class ObjectFixture {
    static final Insn EXIT = new Insn.Exit();
    /** A call as compilers leave it where the symbol says all. */
    static final Insn CALL = new Insn.CallLocal(-1);

    static final Insn LOAD = Insn.LoadWide.of(Register.R1, 0);

    final ElfWriter elf = new ElfWriter(ByteOrder.LITTLE_ENDIAN);

    static Insn move(int value) {
        return new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R0, new Immediate(value));
    }

    static byte[] code(Insn... insns) {
        return code(ByteOrder.LITTLE_ENDIAN, insns);
    }

    static byte[] code(ByteOrder order, Insn... insns) {
        return InsnLayout.encode(BpfCode.unlinked(List.of(insns)), order);
    }

    /** A symbol for a function other files see. */
    int function(String name, int section, int slot, int slots) {
        return elf.symbol(name, ElfWriter.GLOBAL, ElfWriter.FUNC, section, slot * 8L, slots * 8L);
    }

    /** A symbol for a function of this file alone. */
    int staticFunction(String name, int section, int slot, int slots) {
        return elf.symbol(name, ElfWriter.LOCAL, ElfWriter.FUNC, section, slot * 8L, slots * 8L);
    }

    int sectionSymbol(int section) {
        return elf.symbol("", ElfWriter.LOCAL, ElfWriter.SECTION, section, 0, 0);
    }

    BpfObjectFile parse() {
        return BpfObjectFile.parse(elf.build());
    }

    LinkedObject link() {
        return link(LinkOptions.none());
    }

    LinkedObject link(LinkOptions options) {
        return parse().link(options);
    }

    LinkedProgram program(String name) {
        return link().program(name).orElseThrow();
    }

    void assertLinkRefused(String message) {
        assertRefused(LinkOptions.none(), message);
    }

    void assertRefused(LinkOptions options, String message) {
        byte[] file = elf.build();
        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(() -> BpfObjectFile.parse(file).link(options))
                .withMessageContaining(message);
    }

    static void assertCode(LinkedProgram program, Insn... insns) {
        assertThat(program.code()).isEqualTo(BpfCode.of(insns));
    }
}
