package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.mapValue;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.insn.Register.R2;
import static dev.ring3.bpf.insn.Register.R3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers out of texts (105, 106) and comparison of texts (182), as the kernel's sources have them. */
class TextHelpersTest {
    private final BpfRuntime runtime = Unverified.runtime();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** What the helper returns, and the number that it wrote. */
    private String number(int helper, String text, long base) {
        Invocation invocation = runtime.program(
                        "number", Assembler.assemble("""
                                r4 = r1
                                r1 += 8
                                r2 += -8
                                r3 = %d
                                call %d
                                exit
                                """.formatted(base, helper), Dialect.LLVM), ProgramTypes.MEMORY)
                .newInvocation();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        MemorySegment memory = invocation.memory(8L + bytes.length);
        memory.set(ValueLayout.JAVA_LONG, 0, 99);
        memory.asSlice(8).copyFrom(MemorySegment.ofArray(bytes));
        long result = invocation.run();
        return "%d %d".formatted(result, memory.get(ValueLayout.JAVA_LONG, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            42|0|2 42
             42x|0|3 42
            -42|10|3 -42
            0x1fz|0|4 31
            0x1f|16|4 31
            1F|16|2 31
            017|0|3 15
            08|0|1 0
            0x|0|1 0
            08|10|2 8
            x|0|-22 0
            -|0|-22 0
            ' '|0|-22 0
            1|7|-22 0
            1|33|-22 0
            9223372036854775807|0|19 9223372036854775807
            9223372036854775808|0|-34 0
            -9223372036854775808|0|20 -9223372036854775808
            -9223372036854775809|0|-34 0
            18446744073709551616|0|-34 0
            """)
    void strtol_texts_areRead(String text, long base, String expected) {
        assertThat(number(105, text, base)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"42, 0, 2 42", "-1, 0, -22 0", "18446744073709551615, 0, 20 -1", "18446744073709551616, 0, -34 0"})
    void strtoul_texts_areRead(String text, long base, String expected) {
        assertThat(number(106, text, base)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "abc, 3, abc, 0",
        "abc, 3, abd, -1",
        "abd, 3, abc, 1",
        "ab, 2, abc, 0",
        "abcx, 4, abc, 1",
        "abc, 2, abx, 0"
    })
    void strncmp_texts_areCompared(String text, int bytes, String constant, long expected) {
        ArrayMap constants = runtime.arrayMap("constants", 8, 1);
        constants
                .value(0)
                .asSlice(0, constant.length())
                .copyFrom(MemorySegment.ofArray(constant.getBytes(StandardCharsets.US_ASCII)));
        Bindings bindings = new Bindings(Map.of(1, constants), List.of(), Map.of());
        BpfCode code = BpfCode.of(mapValue(R3, 1), mov(R2, bytes), new Insn.CallHelper(182), EXIT);
        BpfProgram program = runtime.program("compare", code, ProgramTypes.MEMORY, bindings);
        assertThat(program.run(MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo(expected);
    }

    @Test
    void strncmp_textThatIsNotTheProgramsToRead_faults() {
        BpfProgram program = runtime.program(
                "compare", Assembler.assemble("r2 = 4\n r3 = 0\n call 182\n exit", Dialect.LLVM), ProgramTypes.MEMORY);
        RunResult result = program.tryRun(MemorySegment.ofArray(new byte[] {1, 2, 3, 4}));
        assertThat(((RunResult.Faulted) result).kind()).isEqualTo(FaultKind.ACCESS);
    }
}
