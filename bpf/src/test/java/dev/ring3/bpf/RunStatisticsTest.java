package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunStatisticsTest {
    private static final String FAULTS_IF_EMPTY = """
            r0 = *(u8 *)(r1 + 0)
            exit
            """;

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void statistics_switchedOnAndOff_countRunsBetween(EngineKind engine) {
        try (BpfRuntime runtime = Unverified.runtime(engine)) {
            BpfProgram program =
                    runtime.program("counted", Assembler.assemble(FAULTS_IF_EMPTY, Dialect.LLVM), ProgramTypes.MEMORY);
            Invocation invocation = program.newInvocation();
            invocation.memory(1);
            invocation.run();
            int methods = engine == EngineKind.JIT ? 1 : 0;
            if (engine != EngineKind.TIERED) { // which becomes 1 at some time
                assertThat(program.statistics())
                        .isEqualTo(new RunStatistics(0, 0, new Compilation(methods, 0, 0, List.of(), List.of())));
            }
            program.countRuns(true);
            invocation.run();
            invocation.run();
            invocation.memory(0);
            assertThatExceptionOfType(BpfFault.class).isThrownBy(invocation::run);
            program.countRuns(false);
            assertThatExceptionOfType(BpfFault.class).isThrownBy(invocation::run);
            assertThat(program.statistics().runs()).isEqualTo(3);
            assertThat(program.statistics().nanos()).isPositive();
        }
    }
}
