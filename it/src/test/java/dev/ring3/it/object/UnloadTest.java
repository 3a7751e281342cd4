package dev.ring3.it.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that come and go leave nothing behind: no classes, no memory. */
class UnloadTest {
    private static final int CYCLES = 10_000;
    private static final int WARMUP_CYCLES = 500;

    /** Far less than what the classes of a tenth of the cycles take, at some 3 KiB each. */
    private static final long GROWTH_BYTES_MAX = 2 << 20;

    private static final BpfCode CODE = Assembler.assemble("""
                    *(u64 *)(r10 - 8) = 42
                    r0 = *(u64 *)(r10 - 8)
                    exit
            """, Dialect.LLVM);

    @Test
    void programs_loadedRunAndClosed_leaveNothing() throws InterruptedException {
        try (BpfRuntime runtime = BpfRuntime.builder().engine(EngineKind.JIT).build()) {
            cycle(runtime, WARMUP_CYCLES);
            long before = metaspaceBytes();
            cycle(runtime, CYCLES);
            long grown = metaspaceBytes() - before;
            System.out.printf("metaspace grew by %d KiB in %d cycles%n", grown >> 10, CYCLES);
            assertThat(grown).isLessThan(GROWTH_BYTES_MAX);
            assertThat(runtime.memoryUsed()).isZero();
        }
    }

    /** The measure notices programs that are kept. */
    @Test
    void programs_kept_areNoticed() throws InterruptedException {
        try (BpfRuntime runtime = BpfRuntime.builder().engine(EngineKind.JIT).build()) {
            cycle(runtime, WARMUP_CYCLES);
            long before = metaspaceBytes();
            List<BpfProgram> kept = new ArrayList<>();
            for (int i = 0; i < CYCLES / 5; i++) {
                kept.add(runtime.program("kept", CODE, ProgramTypes.MEMORY));
            }
            assertThat(metaspaceBytes() - before).isGreaterThan(GROWTH_BYTES_MAX);
            assertThat(kept).hasSize(CYCLES / 5);
        }
    }

    private static void cycle(BpfRuntime runtime, int cycles) {
        for (int i = 0; i < cycles; i++) {
            try (BpfProgram program = runtime.program("short-lived", CODE, ProgramTypes.MEMORY)) {
                assertThat(program.run(MemorySegment.NULL)).isEqualTo(42);
            }
        }
    }

    /** What classes take once those that nothing refers to are gone, which a collection or two may take. */
    private static long metaspaceBytes() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50);
            least = Math.min(least, usedBytes());
        }
        return least;
    }

    private static long usedBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .map(MemoryPoolMXBean::getUsage)
                .findFirst()
                .orElseThrow()
                .getUsed();
    }
}
