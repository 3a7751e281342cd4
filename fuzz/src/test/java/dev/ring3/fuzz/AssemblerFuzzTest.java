package dev.ring3.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.insn.BpfCode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;

class AssemblerFuzzTest {
    @AfterAll
    static void search_sawTheCodeUnderTest() throws ReflectiveOperationException {
        Coverage.requireSeen();
    }

    @FuzzTest
    void assemble(byte[] text) {
        String source = new String(text, StandardCharsets.UTF_8);
        for (Dialect dialect : Dialect.values()) {
            BpfCode code;
            try {
                code = Assembler.assemble(source, dialect);
            } catch (AssemblyException wrong) {
                continue;
            }
            if (!Assembler.assemble(Disassembler.disassemble(code, dialect), dialect)
                    .equals(code)) {
                throw new AssertionError("not the same code after a round trip: " + code);
            }
        }
    }
}
