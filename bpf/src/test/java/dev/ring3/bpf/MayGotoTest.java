package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.Insn;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code may_goto}: falls through so often in one frame, then jumps ({@code kernel/bpf/verifier.c}). */
@ParameterizedClass
@EnumSource(EngineKind.class)
class MayGotoTest {
    private static final long ITERATIONS = 8_388_608;

    private final BpfRuntime runtime;

    MayGotoTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private long run(String source) {
        return runtime.program("may_goto", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY)
                .newInvocation()
                .run();
    }

    @Test
    void mayGoto_endlessLoop_endsAfterTheKernelsNumberOfTurns() {
        assertThat(Insn.MayGoto.ITERATIONS_MAX).isEqualTo((int) ITERATIONS);
        assertThat(run("""
                        r0 = 0
                loop:   may_goto out
                        r0 += 1
                        goto loop
                out:    exit
                """)).isEqualTo(ITERATIONS);
    }

    @Test
    void mayGoto_usedUp_jumpsFromThenOn() {
        assertThat(run("""
                        r0 = 0
                loop:   may_goto out
                        goto loop
                out:    may_goto last
                        r0 += 1
                last:   may_goto end
                        r0 += 2
                end:    exit
                """)).isZero();
    }

    /** The kernel keeps one counter in the frame of each function, whatever the number of its loops. */
    @Test
    void mayGoto_twoInOneFunction_shareItsTurns() {
        assertThat(run("""
                        r0 = 0
                loop:   may_goto out
                        r0 += 1
                        may_goto out
                        r0 += 1
                        goto loop
                out:    exit
                """)).isEqualTo(ITERATIONS);
    }

    @Test
    void mayGoto_eachCallOfAFunction_hasItsOwnTurns() {
        assertThat(run("""
                        call count
                        r6 = r0
                        call count
                        r0 += r6
                loop:   may_goto out
                        r0 += 1
                        goto loop
                out:    exit
                count:  r0 = 0
                turn:   may_goto done
                        r0 += 1
                        goto turn
                done:   exit
                """)).isEqualTo(3 * ITERATIONS);
    }

    @Test
    void mayGoto_nextRunOfTheInvocation_hasAllTurnsAgain() {
        Invocation invocation = runtime.program(
                        "may_goto",
                        Assembler.assemble("loop: may_goto out; r0 += 1; goto loop; out: exit", Dialect.LLVM),
                        ProgramTypes.MEMORY)
                .newInvocation();
        assertThat(invocation.run()).isEqualTo(ITERATIONS);
        assertThat(invocation.run()).isEqualTo(ITERATIONS);
    }

    @Test
    void mayGoto_targetOfATailCall_hasAllTurns() {
        ProgramArray programs = runtime.programArray("programs", 1);
        String loop = "r0 = 0; loop: may_goto out; r0 += 1; goto loop; out: ";
        programs.set(
                0, runtime.program("target", Assembler.assemble(loop + "exit", Dialect.LLVM), ProgramTypes.MEMORY));
        BpfProgram caller = runtime.program(
                "caller",
                Assembler.assemble(loop + "r2 = map_by_fd(1) ll; r3 = 0; call 12; exit", Dialect.LLVM),
                ProgramTypes.MEMORY,
                new Bindings(Map.of(1, programs), List.of(), Map.of()));
        assertThat(caller.newInvocation().run()).isEqualTo(ITERATIONS);
    }

    @Test
    void mayGoto_everyTurn_countsAgainstTheBudget() {
        Invocation invocation = runtime.program(
                        "may_goto",
                        Assembler.assemble("loop: may_goto out; goto loop; out: exit", Dialect.LLVM),
                        ProgramTypes.MEMORY)
                .newInvocation();
        invocation.budget(1000);
        assertThat(invocation.tryRun())
                .isInstanceOfSatisfying(
                        RunResult.Faulted.class,
                        faulted -> assertThat(faulted.kind()).isEqualTo(FaultKind.BUDGET));
    }
}
