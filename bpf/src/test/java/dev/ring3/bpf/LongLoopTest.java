package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Loops of long turns, whose fuel checked code takes as it leaves them, count what the interpreter counts. */
class LongLoopTest {
    private static final int PROGRAMS = Boolean.getBoolean("ring3.long") ? 5_000 : 100;
    private static final int BLOCKS_MAX = 6;
    private static final int INSNS_MAX = 12;
    private static final int TURNS_MAX = 30;

    private final Seed seed = Seed.of(LongLoopTest.class);
    private final Random random = new Random(seed.value());

    @Test
    void loops_ofSeveralBlocks_executeAndStopAsInterpreted() {
        try (BpfRuntime reference = runtime(EngineKind.INTERPRETER);
                BpfRuntime compiled = runtime(EngineKind.JIT)) {
            for (int i = 0; i < PROGRAMS; i++) {
                String source = source();
                BpfCode code = Assembler.assemble(source, Dialect.LLVM);
                for (long budget : new long[] {Long.MAX_VALUE, 1L + random.nextInt(100), 1L + random.nextInt(2000)}) {
                    assertThat(outcome(compiled, code, budget))
                            .as("%s, program %d, budget %d:%n%s", seed, i, budget, source)
                            .isEqualTo(outcome(reference, code, budget));
                }
            }
        }
    }

    private static BpfRuntime runtime(EngineKind engine) {
        return BpfRuntime.builder()
                .engine(engine)
                .verification(Verification.OFF)
                .build();
    }

    private static List<Object> outcome(BpfRuntime runtime, BpfCode code, long budget) {
        try (BpfProgram program = runtime.program("loop", code, ProgramTypes.MEMORY);
                Invocation invocation = program.newInvocation()) {
            invocation.budget(budget);
            return switch (invocation.tryRun()) {
                case RunResult.Finished(long result) -> List.of(result, invocation.instructionsExecuted());
                case RunResult.Faulted fault ->
                    List.of(
                            fault.kind(),
                            fault.programCounter(),
                            fault.registers().subList(0, 10));
            };
        }
    }

    /** Two loops of the same kind in a row: blocks that are passed over or left from, by what r3 happens to be. */
    private String source() {
        return "r0 = 1\nr3 = %d\nr1 = 0\nr2 = 0\n%s%sexit\n".formatted(random.nextInt(), loop("a"), loop("b"));
    }

    private String loop(String name) {
        StringBuilder lines = new StringBuilder("r4 = 0\n" + name + ":\n");
        int blocks = random.nextInt(BLOCKS_MAX) + 1;
        for (int block = 0; block < blocks; block++) {
            lines.append("r3 *= 1103515245\nr3 += 12345\nr5 = r3\nr5 >>= 16\nr5 &= ")
                    .append(random.nextBoolean() ? 1 : 31)
                    .append('\n');
            boolean leaves = random.nextInt(3) == 0;
            lines.append("if r5 == 0 goto %s%s\n".formatted(name, leaves ? "out" : "skip" + block));
            for (int insn = random.nextInt(INSNS_MAX); insn >= 0; insn--) {
                lines.append(random.nextBoolean() ? "r0 += r3\n" : "r0 ^= r4\n");
            }
            lines.append(name).append("skip").append(block).append(":\n");
        }
        return lines.append(
                        "r4 += 1\nif r4 < %d goto %s\n%sout:\n".formatted(random.nextInt(TURNS_MAX) + 1, name, name))
                .toString();
    }
}
