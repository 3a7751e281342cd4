package dev.ring3.bpf;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.insn.BpfCode;
import java.util.function.IntFunction;

/** The text of a slot for messages where no source line is known. */
final class InsnLines implements IntFunction<String> {
    /** Stands for what is behind the last instruction. */
    static final String END = "(end of code)";

    private final BpfCode code;

    InsnLines(BpfCode code) {
        this.code = code;
    }

    @Override
    public String apply(int slot) {
        return code.isInsn(slot) ? Disassembler.line(code, slot, Dialect.LLVM) : END;
    }
}
