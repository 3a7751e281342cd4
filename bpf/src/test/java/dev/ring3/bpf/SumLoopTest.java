package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Loops that add up bytes or halves, which the compiler has eight bytes at a time, give what the interpreter gives. */
class SumLoopTest {
    private static final int PROGRAMS = Boolean.getBoolean("ring3.long") ? 20_000 : 300;
    private static final int BYTES_MAX = 600;

    private final Seed seed = Seed.of(SumLoopTest.class);
    private final Random random = new Random(seed.value());

    @Test
    void loops_ofAnyShape_agree() {
        try (BpfRuntime reference = runtime(EngineKind.INTERPRETER);
                BpfRuntime compiled = runtime(EngineKind.JIT)) {
            for (int i = 0; i < PROGRAMS; i++) {
                String source = source();
                byte[] memory = memory();
                assertThat(run(compiled, source, memory))
                        .as("%s, program %d:%n%s", seed, i, source)
                        .isEqualTo(run(reference, source, memory));
            }
        }
    }

    /** Unverified: loops that leave their memory fault where they do, and budgets end where they end. */
    @Test
    void loops_checked_faultAndStopWhereTheInterpreterDoes() {
        try (BpfRuntime reference = unverified(EngineKind.INTERPRETER);
                BpfRuntime compiled = unverified(EngineKind.JIT)) {
            for (int i = 0; i < PROGRAMS; i++) {
                String source = source().replaceFirst("if r2 < \\d+", "if r2 < 0");
                byte[] memory = Arrays.copyOf(memory(), random.nextInt(BYTES_MAX));
                long budget = random.nextInt(3) == 0 ? random.nextInt(2000) + 1 : Long.MAX_VALUE;
                assertThat(outcome(compiled, source, memory, budget))
                        .as("%s, program %d, %d bytes, budget %d:%n%s", seed, i, memory.length, budget, source)
                        .isEqualTo(outcome(reference, source, memory, budget));
            }
        }
    }

    private static BpfRuntime unverified(EngineKind engine) {
        return BpfRuntime.builder()
                .engine(engine)
                .verification(Verification.OFF)
                .build();
    }

    /** What a run ends with; registers that hold addresses, which differ from runtime to runtime, are not in it. */
    private static List<Object> outcome(BpfRuntime runtime, String source, byte[] memory, long budget) {
        BpfCode code = Assembler.assemble(source, Dialect.LLVM);
        try (BpfProgram program = runtime.program("sum", code, ProgramTypes.MEMORY);
                Invocation invocation = program.newInvocation()) {
            invocation.memory(memory.length).copyFrom(MemorySegment.ofArray(memory));
            invocation.budget(budget);
            return switch (invocation.tryRun()) {
                case RunResult.Finished(long result) -> List.of(result, invocation.instructionsExecuted());
                case RunResult.Faulted fault -> {
                    List<Long> registers = fault.registers();
                    yield List.of(
                            fault.kind(), fault.programCounter(), registers.get(0), registers.get(3), registers.get(4));
                }
            };
        }
    }

    /** All that a sum can come to: its halves must not run over. */
    @Test
    void loop_overTheLongestMemory_isExact() {
        int bytes = (int) ProgramTypes.MEMORY_BYTES_MAX;
        byte[] memory = new byte[bytes];
        Arrays.fill(memory, (byte) -1);
        for (int size : new int[] {1, 2}) {
            String source = source(size, 0, size, bytes - size, "r0 += r5", "r4 <");
            long sum = (size == 1 ? 0xffL : 0xffffL) * (bytes / size);
            for (EngineKind engine : EngineKind.values()) {
                try (BpfRuntime runtime = runtime(engine)) {
                    assertThat(run(runtime, source, memory))
                            .as("%s", engine)
                            .isEqualTo(mixed(sum, bytes, size, memory));
                }
            }
        }
    }

    private static long mixed(long sum, int bytes, int size, byte[] memory) {
        long last = size == 1 ? memory[bytes - 1] & 0xff : 0xffff;
        return (((sum * 31) + bytes) * 31 + bytes - size) * 31 + last;
    }

    private static BpfRuntime runtime(EngineKind engine) {
        return BpfRuntime.builder().engine(engine).build();
    }

    private String source() {
        int size = random.nextInt(2) + 1;
        int step = random.nextInt(4) == 0 ? random.nextInt(9) + 1 : size;
        int start = random.nextInt(20);
        int turns = random.nextInt(40) + 1;
        String sum = random.nextBoolean() ? "w0 += w5" : "r0 += r5";
        return switch (random.nextInt(3)) {
            case 0 -> source(size, start, step, start + (turns - 1) * step, sum, "r4 <");
            case 1 -> source(size, start, step, start + turns * step, sum, "r3 <");
            default -> source(size, start, step, start + turns * step, sum, "r3 !=");
        };
    }

    private static String source(int size, int start, int step, int end, String sum, String condition) {
        int last = Math.max(end, start + step) + size;
        return """
                r0 = 0
                if r2 < %d goto out
                r3 = %d
                loop:
                r4 = r3
                r5 = r1
                r5 += r4
                r5 = *(u%d *)(r5 + 0)
                %s
                r3 += %d
                if %s %d goto loop
                r0 *= 31
                r0 += r3
                r0 *= 31
                r0 += r4
                r0 *= 31
                r0 += r5
                out:
                exit
                """.formatted(Math.min(last, ProgramTypes.MEMORY_BYTES_MAX), start, 8 * size, sum, step, condition, end);
    }

    private byte[] memory() {
        byte[] memory = new byte[BYTES_MAX];
        if (random.nextBoolean()) {
            random.nextBytes(memory);
        } else {
            Arrays.fill(memory, (byte) -1);
        }
        return memory;
    }

    private static long run(BpfRuntime runtime, String source, byte[] memory) {
        BpfCode code = Assembler.assemble(source, Dialect.LLVM);
        try (BpfProgram program = runtime.program("sum", code, ProgramTypes.MEMORY)) {
            return program.run(MemorySegment.ofArray(memory));
        }
    }
}
