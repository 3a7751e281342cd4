package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import org.junit.jupiter.api.Test;

/** Verified functions whose frame is kept in variables: they do what the interpreter does with the frame. */
class SpillTest {
    /** Each size, with sign and without, around a loop that the runtime bounds, so that instructions are counted. */
    private static final String LOOP = """
            r6 = 0x8182838485868788 ll
            r7 = 0
            *(u64 *)(r10 - 8) = r6
            *(u32 *)(r10 - 12) = r6
            *(u16 *)(r10 - 14) = r6
            *(u8 *)(r10 - 15) = r6
            *(u32 *)(r10 - 20) = -2
            r8 = 0
            loop:
            r1 = *(u64 *)(r10 - 8)
            r2 = *(u32 *)(r10 - 12)
            r3 = *(u16 *)(r10 - 14)
            r4 = *(u8 *)(r10 - 15)
            r5 = *(s32 *)(r10 - 20)
            r7 ^= r1
            r7 += r2
            r7 *= 31
            r7 += r3
            r7 *= 31
            r7 ^= r4
            r7 += r5
            *(u64 *)(r10 - 8) = r7
            *(u32 *)(r10 - 12) = r7
            *(u16 *)(r10 - 14) = r7
            *(u8 *)(r10 - 15) = r7
            r1 = *(s8 *)(r10 - 15)
            r2 = *(s16 *)(r10 - 14)
            r3 = *(s32 *)(r10 - 12)
            r7 += r1
            r7 ^= r2
            r7 += r3
            *(u32 *)(r10 - 20) = r7
            r8 += 1
            may_goto out
            if r8 < 12 goto loop
            out:
            r0 = r7
            exit
            """;

    private static RunResult run(EngineKind engine, BpfCode code, long budget) {
        try (BpfRuntime runtime = BpfRuntime.builder()
                        .engine(engine)
                        .verification(Verification.REQUIRED)
                        .build();
                Invocation invocation =
                        runtime.program("spills", code, ProgramTypes.MEMORY).newInvocation()) {
            invocation.budget(budget);
            return invocation.tryRun();
        }
    }

    @Test
    void frame_eachSizeAndEachBudget_isAsTheInterpreterHasIt() {
        BpfCode code = Assembler.assemble(LOOP, Dialect.LLVM);
        int faults = 0;
        for (long budget = 1; budget < 400; budget += 3) {
            RunResult expected = run(EngineKind.INTERPRETER, code, budget);
            faults += expected instanceof RunResult.Faulted ? 1 : 0;
            assertThat(run(EngineKind.JIT, code, budget))
                    .describedAs("budget %d", budget)
                    .isEqualTo(expected);
        }
        assertThat(faults).isBetween(50, 130);
    }
}
