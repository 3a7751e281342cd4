package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.Result;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The program of the README, taken from it, does what the README says. */
class ReadmeTest {
    private static final Pattern SOURCE = Pattern.compile("String source = \"\"\"\n(.*?)\"\"\";", Pattern.DOTALL);

    @Test
    void firstExample_gives42() throws IOException {
        Matcher source = SOURCE.matcher(Files.readString(Path.of("README.md")));
        assertThat(source.find()).isTrue();
        BpfCode code = Assembler.assemble(source.group(1), Dialect.LLVM);
        try (BpfRuntime runtime = BpfRuntime.create()) {
            BpfProgram program = runtime.program("increment", code, ProgramTypes.MEMORY);
            assertThat(program.run(MemorySegment.ofArray(new long[] {41}))).isEqualTo(42);
            assertThat(program.run(MemorySegment.ofArray(new byte[7]))).isZero();
        }
    }

    @Test
    void hostFunctionByName_isFoundAndCalled() {
        long[] prices = {5, 7, 9};
        ProgramType type = ProgramTypes.MEMORY.with(
                FunctionContract.of("price_of", Result.SCALAR, Argument.Kind.SCALAR),
                (call, item, r2, r3, r4, r5) -> prices[(int) item]);
        int number = type.functions().number("price_of").orElseThrow();
        try (BpfRuntime runtime = BpfRuntime.create()) {
            BpfCode code = Assembler.assemble("r1 = 2\n call %d\n exit".formatted(number), Dialect.LLVM);
            assertThat(runtime.program("price", code, type).run(MemorySegment.NULL))
                    .isEqualTo(9);
        }
    }
}
