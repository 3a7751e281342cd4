package dev.ring3.bpf.verifier;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** A program and what it is for. */
record FuzzProgram(FuzzWorld world, BpfCode code) {
    FuzzProgram with(BpfCode other) {
        return new FuzzProgram(world, other);
    }

    String listing() {
        return "type %s%n%sas bytes: %s"
                .formatted(
                        world.type.name(),
                        Disassembler.listing(code, Dialect.LLVM),
                        HexFormat.of().formatHex(InsnLayout.encode(code, ByteOrder.LITTLE_ENDIAN)));
    }
}
