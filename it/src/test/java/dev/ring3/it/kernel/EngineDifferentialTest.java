package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.RunResult;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.RejectedException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Random programs do the same in every engine: r0, memory, and where a run is stopped, why, where and with which
 * registers. Compiled programs run with every access checked, and again as verified, if the verifier accepts them.
 */
class EngineDifferentialTest {
    private static final int PROGRAMS = TestSettings.programs(20_000, 1_000_000);

    /** Every so many programs get a budget that many of them use up. */
    private static final int SMALL_BUDGET_EVERY = 3;

    private static final int SMALL_BUDGET = 40;

    /** Every so many programs have an access that strays, by so many bytes. */
    private static final int STRAY_EVERY = 5;

    private static final int STRAY_OFFSET = 5003;
    private static final long BUDGET = 2_000_000;
    private static final long SEED = TestSettings.seed();

    /** How a run ended, and what the memory was then; addresses differ between runs, so registers are not all kept. */
    private record Ending(String result, List<Byte> memory) {}

    @Test
    void engines_randomPrograms_agree() {
        long finished = 0;
        long verified = 0;
        try (BpfRuntime reference = runtime(EngineKind.INTERPRETER, Verification.OFF);
                BpfRuntime checked = runtime(EngineKind.JIT, Verification.OFF);
                BpfRuntime trusting = runtime(EngineKind.JIT, Verification.REQUIRED)) {
            for (int i = 0; i < PROGRAMS; i++) {
                TestProgram generated = ProgramGenerator.generate(SEED + i);
                Choices choices = new Choices(~generated.seed());
                byte[] memory = choices.memory(TestProgram.MEMORY_BYTES);
                TestProgram program = withLengthTested(i % STRAY_EVERY == 1 ? astray(generated, i) : generated);
                long budget = i % SMALL_BUDGET_EVERY == 0 ? SMALL_BUDGET : BUDGET;
                Ending wanted = run(reference, program, memory, budget).orElseThrow();
                finished += wanted.result().startsWith("r0") ? 1 : 0;
                assertThat(run(checked, program, memory, budget))
                        .as("seed %d, budget %d, checked; replay with -Dring3.seed=%1$d", program.seed(), budget)
                        .contains(wanted);
                Optional<Ending> trusted = run(trusting, program, memory, budget);
                verified += trusted.isPresent() ? 1 : 0;
                assertThat(trusted.orElse(wanted))
                        .as("seed %d, budget %d, verified; replay with -Dring3.seed=%1$d", program.seed(), budget)
                        .isEqualTo(wanted);
            }
        }
        System.out.printf("%d programs, %d finished, %d verified%n", PROGRAMS, finished, verified);
        assertThat(finished).isBetween(PROGRAMS / 4L, PROGRAMS - PROGRAMS / 20L);
        assertThat(verified).isGreaterThan(PROGRAMS / 4L);
    }

    /** The program with one of its accesses moved, mostly out of what it may touch. */
    private static TestProgram astray(TestProgram program, int choice) {
        List<Insn> insns = new ArrayList<>(program.code().insns());
        for (int i = 0; i < insns.size(); i++) {
            int at = (i + choice) % insns.size();
            Insn moved = switch (insns.get(at)) {
                case Insn.Load load -> new Insn.Load(load.size(), load.signed(), load.dst(), load.base(), STRAY_OFFSET);
                case Insn.Store store -> new Insn.Store(store.size(), store.base(), STRAY_OFFSET, store.value());
                case Insn.Atomic atomic ->
                    new Insn.Atomic(atomic.size(), atomic.op(), atomic.base(), STRAY_OFFSET, atomic.source());
                case Insn other -> other;
            };
            if (!moved.equals(insns.get(at))) {
                insns.set(at, moved);
                break;
            }
        }
        return program.with(BpfCode.of(insns));
    }

    /** The program behind a test that the memory is all there, which the verifier asks for. */
    private static TestProgram withLengthTested(TestProgram program) {
        List<Insn> insns = new ArrayList<>(List.of(
                new Insn.JumpIf(
                        Width.BITS_64,
                        Condition.GREATER_OR_EQUAL,
                        Register.R2,
                        new Immediate(TestProgram.MEMORY_BYTES),
                        2),
                new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R0, new Immediate(0)),
                new Insn.Exit()));
        insns.addAll(program.code().insns());
        return program.with(BpfCode.of(insns));
    }

    private static BpfRuntime runtime(EngineKind engine, Verification verification) {
        return BpfRuntime.builder().engine(engine).verification(verification).build();
    }

    private static Optional<Ending> run(BpfRuntime runtime, TestProgram program, byte[] memory, long budget) {
        BpfProgram loaded;
        try {
            loaded = runtime.program("differential", program.code(), ProgramTypes.memory(TestProgram.MEMORY_BYTES));
        } catch (RejectedException e) {
            return Optional.empty();
        }
        try (loaded;
                Invocation invocation = loaded.newInvocation()) {
            invocation.budget(budget);
            invocation.memory(memory.length).asByteBuffer().put(memory);
            String result = switch (invocation.tryRun()) {
                case RunResult.Finished(long r0) -> "r0 = 0x%x".formatted(r0);
                case RunResult.Faulted faulted -> "%s at %d".formatted(faulted.kind(), faulted.programCounter());
            };
            byte[] after = invocation.memory(memory.length).toArray(ValueLayout.JAVA_BYTE);
            return Optional.of(new Ending(result, boxed(after)));
        }
    }

    private static List<Byte> boxed(byte[] bytes) {
        Byte[] all = new Byte[bytes.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = bytes[i];
        }
        return List.of(all);
    }
}
