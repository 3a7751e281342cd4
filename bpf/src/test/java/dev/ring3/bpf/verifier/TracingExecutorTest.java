package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.Seed;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What judges the verifier computes what the reference engine computes. */
class TracingExecutorTest {
    private static final int PROGRAMS = 3_000;
    private static final int INPUTS = 4;
    private static final long FUEL = 20_000;

    private final Seed seed = Seed.of(TracingExecutorTest.class);

    @Test
    void run_programsWithoutHost_agreesWithTheInterpreter() {
        SplittableRandom seeds = new SplittableRandom(seed.value());
        int compared = 0;
        try (BpfRuntime runtime =
                BpfRuntime.builder().verification(Verification.OFF).build()) {
            for (int i = 0; i < PROGRAMS; i++) {
                long programSeed = seeds.nextLong();
                FuzzProgram program = FuzzGenerator.ofSeed(programSeed);
                if (program != null && isComparable(program)) {
                    compare(runtime, program, programSeed);
                    compared++;
                }
            }
        }
        assertThat(compared).as("programs compared").isGreaterThan(PROGRAMS / 50);
    }

    /** Whether a program gets the same from both: memory, and nothing else. */
    private static boolean isComparable(FuzzProgram program) {
        if (program.world().isContext() || program.world().mayLeak()) {
            return false;
        }
        for (Insn insn : program.code()) {
            boolean needsHost = switch (insn) {
                case Insn.CallHelper _, Insn.CallHost _, Insn.CallRegister _, Insn.MayGoto _ -> true;
                case Insn.LoadWide wide -> wide.source() != WideSource.IMMEDIATE;
                case Insn _ -> false;
            };
            if (needsHost) {
                return false;
            }
        }
        return Verifier.verify(program.world().subject(program.code())) instanceof Verdict.Accepted;
    }

    private void compare(BpfRuntime runtime, FuzzProgram program, long programSeed) {
        TracingExecutor traced = new TracingExecutor(program.world(), program.code());
        try (BpfProgram loaded = runtime.program("fuzz", program.code(), program.world().type);
                Invocation invocation = loaded.newInvocation()) {
            for (long input = 0; input < INPUTS; input++) {
                byte[][] before = new byte[1][];
                boolean finished = traced.run(input, FUEL, run -> {
                    if (run.executed == 0) {
                        before[0] = content(run);
                    }
                });
                if (!finished) {
                    continue;
                }
                MemorySegment memory = invocation.memory(before[0].length);
                memory.copyFrom(MemorySegment.ofArray(before[0]));
                assertThat(invocation.run())
                        .as("%s, program seed %d, input %d%n%s", seed, programSeed, input, program.listing())
                        .isEqualTo(traced.value(0));
                assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content(traced));
            }
        }
    }

    private static byte[] content(TracingExecutor run) {
        Thing packet = run.host().packet();
        return Arrays.copyOf(packet.bytes, packet.size);
    }
}
