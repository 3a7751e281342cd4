package dev.ring3.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.RunResult;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;

class CodeFuzzTest {
    private static final int BUDGET = 10_000;

    @AfterAll
    static void search_sawTheCodeUnderTest() throws ReflectiveOperationException {
        Coverage.requireSeen();
    }

    @FuzzTest
    void decode(byte[] bytes) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            try {
                BpfCode code = InsnLayout.decode(bytes, order);
                if (!Arrays.equals(InsnLayout.encode(code, order), bytes)) {
                    throw new AssertionError("not the same bytes after a round trip: " + code);
                }
                run(code);
            } catch (InsnException invalid) {
                // Documented.
            }
        }
    }

    /** Any valid code runs to a result or a fault. */
    private static void run(BpfCode code) {
        try (BpfRuntime runtime = BpfRuntime.builder()
                .verification(Verification.OFF)
                .budget(BUDGET)
                .build()) {
            BpfProgram program = runtime.program("fuzzed", code, ProgramTypes.MEMORY);
            switch (program.tryRun(MemorySegment.ofArray(new byte[64]))) {
                case RunResult.Finished _, RunResult.Faulted _ -> {}
            }
        }
    }
}
