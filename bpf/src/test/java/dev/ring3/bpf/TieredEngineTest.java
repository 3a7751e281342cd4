package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Programs that are interpreted first and compiled meanwhile. */
class TieredEngineTest {
    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    private static final int BEFORE = 10;

    private static final BpfCode LONG = Assembler.assemble("r0 += r1\nr0 ^= 5\n".repeat(10_000) + "exit", Dialect.LLVM);

    /** The interpreter counts; compiled code that is verified to end does not. */
    private static final BpfCode COUNTED_BY_THE_INTERPRETER =
            Assembler.assemble("r0 = 40\nr0 += 2\nexit", Dialect.LLVM);

    @Test
    void program_isInterpretedAtFirstAndCompiledThen_withTheSameResult() {
        try (BpfRuntime runtime = BpfRuntime.builder().engine(EngineKind.TIERED).build();
                BpfRuntime other = BpfRuntime.builder()
                        .engine(EngineKind.TIERED)
                        .verification(Verification.OFF)
                        .build()) {
            for (int i = 0; i < BEFORE; i++) { // the compiler is busy
                other.program("before", LONG, ProgramTypes.MEMORY);
            }
            BpfProgram program = runtime.program("tiered", COUNTED_BY_THE_INTERPRETER, ProgramTypes.MEMORY);
            Invocation invocation = program.newInvocation();
            assertThat(invocation.run()).isEqualTo(42);
            assertThat(invocation.instructionsExecuted())
                    .as("counted, so interpreted")
                    .isEqualTo(3);
            long begin = System.nanoTime();
            while (invocation.instructionsExecuted() != 0 && System.nanoTime() - begin < NANOS_MAX) {
                assertThat(invocation.run()).isEqualTo(42);
            }
            assertThat(invocation.instructionsExecuted())
                    .as("not counted, so compiled")
                    .isZero();
        }
    }
}
