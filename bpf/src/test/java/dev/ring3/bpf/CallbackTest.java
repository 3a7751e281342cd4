package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of the host that call functions of the program. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class CallbackTest {
    /** Calls r1(r2, r3, r4, r5, 55). */
    private static final int CALL = 500;

    private static final int END = 501;
    private static final int REFUSE = 502;

    /** Like {@link #CALL}, and whatever is thrown, it returns 77. */
    private static final int SWALLOW = 503;

    /** What is added to a slot to make a pointer to a function. */
    private static final long FUNCTIONS_AT = 1L << 61;

    private static final HostFunctions FUNCTIONS = HostFunctions.NONE
            .with(CALL, "call", (call, r1, r2, r3, r4, r5) -> call.callFunction(r1, r2, r3, r4, r5, 55))
            .with(END, "end", (call, r1, r2, r3, r4, r5) -> {
                call.endProgram();
                return r1;
            })
            .with(REFUSE, "refuse", (call, r1, r2, r3, r4, r5) -> {
                throw call.fault("refused");
            })
            .with(SWALLOW, "swallow", (call, r1, r2, r3, r4, r5) -> {
                try {
                    return call.callFunction(r1, r2, r3, r4, r5, 55);
                } catch (RuntimeException e) {
                    return 77;
                }
            });

    private final BpfRuntime runtime;

    CallbackTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private Invocation invocation(HostFunctions functions, String source) {
        return runtime.program(
                        "callbacks",
                        Assembler.assemble(source, Dialect.LLVM),
                        ProgramTypes.MEMORY.withFunctions(functions))
                .newInvocation();
    }

    private Invocation invocation(String source) {
        return invocation(FUNCTIONS, source);
    }

    private RunResult.Faulted fault(String source) {
        return (RunResult.Faulted) invocation(source).tryRun();
    }

    @Test
    void callFunction_arguments_reachTheFunctionAndItsResultComesBack() {
        assertThat(invocation("""
                        r1 = callback ll
                        r2 = 2
                        r3 = 30
                        r4 = 400
                        r5 = 5000
                        call 500
                        r0 += 1
                        exit
                callback:
                        r0 = r1
                        r0 += r2
                        r0 += r3
                        r0 += r4
                        r0 += r5
                        exit
                """).run()).isEqualTo(2 + 30 + 400 + 5000 + 55 + 1);
    }

    /** As after any other call of the host: only r0 is new. */
    @Test
    void callFunction_everyRegisterOfTheCaller_isKept() {
        RunResult.Faulted end = fault("""
                        r6 = 6
                        r7 = 7
                        r8 = 8
                        r9 = 9
                        r1 = callback ll
                        r2 = 2
                        r3 = 3
                        r4 = 4
                        r5 = 5
                        call 500
                        goto end
                callback:
                        r1 = 0
                        r2 = 0
                        r3 = 0
                        r4 = 0
                        r5 = 0
                        r6 = 0
                        r7 = 0
                        r8 = 0
                        r9 = 0
                        r0 = -1
                        exit
                end:    r0 += 0
                """);
        assertThat(end.kind()).isEqualTo(FaultKind.NO_EXIT);
        assertThat(end.registers().getFirst()).isEqualTo(-1);
        assertThat(end.registers().subList(2, 10)).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(end.registers().get(10)).isPositive();
    }

    @Test
    void callFunction_itsFrame_isItsOwnAndTheCallersIsInReach() {
        assertThat(invocation("""
                        *(u64 *)(r10 - 8) = 40
                        r1 = callback ll
                        r2 = r10
                        call 500
                        r1 = *(u64 *)(r10 - 8)
                        r0 += r1
                        exit
                callback:
                        r0 = *(u64 *)(r10 - 8)
                        *(u64 *)(r10 - 8) = 9
                        r2 = *(u64 *)(r1 - 8)
                        r2 += 1
                        *(u64 *)(r1 - 8) = r2
                        exit
                """).run()).isEqualTo(41);
    }

    @Test
    void callFunction_again_nestsAndCountsEveryInstruction() {
        Invocation invocation = invocation("""
                        r1 = outer ll
                        r2 = 5
                        call 500
                        exit
                outer:  r6 = r1
                        r2 = r1
                        r1 = inner ll
                        call 500
                        r0 += r6
                        exit
                inner:  r0 = r1
                        r0 *= 100
                        exit
                """);
        for (int i = 0; i < 3; i++) {
            assertThat(invocation.run()).isEqualTo(505);
            assertThat(invocation.instructionsExecuted()).isEqualTo(4 + 6 + 3);
        }
    }

    /** The budget is one, to the instruction: what the caller has left the callback may use. */
    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4, 5, 6})
    void budget_usedUpInOrAfterACallback_faultsThere(long budget) {
        Invocation invocation = invocation("""
                        r1 = callback ll
                        call 500
                        r0 = 0
                        exit
                callback:
                        r0 = 1
                        r0 = 2
                        exit
                """);
        int[] slots = {0, 2, 5, 6, 7, 3, 4};
        invocation.budget(budget);
        assertThat(invocation.tryRun()).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.kind()).isEqualTo(FaultKind.BUDGET);
            assertThat(faulted.programCounter()).isEqualTo(slots[(int) budget]);
        });
        invocation.budget(7);
        assertThat(invocation.run()).isZero();
        assertThat(invocation.instructionsExecuted()).isEqualTo(7);
    }

    @Test
    void fault_inACallback_keepsKindPlaceAndRegisters() {
        RunResult.Faulted faulted = fault("""
                        r1 = callback ll
                        r2 = 3
                        call 500
                        exit
                callback:
                        r6 = 66
                        r0 = *(u8 *)(r1 + 0)
                        exit
                """);
        assertThat(faulted.kind()).isEqualTo(FaultKind.ACCESS);
        assertThat(faulted.programCounter()).isEqualTo(6);
        assertThat(faulted.registers().get(1)).isEqualTo(3);
        assertThat(faulted.registers().get(6)).isEqualTo(66);
        assertThat(faulted.line()).contains("r0 = *(u8 *)(r1 + 0)");
    }

    @Test
    void fault_inACallbackOfACallback_keepsKindAndPlace() {
        RunResult.Faulted faulted = fault("""
                        r1 = outer ll
                        call 500
                        exit
                outer:  r1 = inner ll
                        call 500
                        exit
                inner:  call 502
                        exit
                """);
        assertThat(faulted.kind()).isEqualTo(FaultKind.HELPER);
        assertThat(faulted.detail()).isEqualTo("refused");
        assertThat(faulted.programCounter()).isEqualTo(8);
    }

    /** A function of the host cannot carry on with a run that is stopped. */
    @Test
    void fault_inACallbackAndCaught_endsTheRunAllTheSame() {
        Invocation invocation = invocation("""
                        r1 = callback ll
                        call 503
                        r0 = 1
                        exit
                callback:
                        call 502
                        exit
                """);
        assertThat(invocation.tryRun()).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.detail()).isEqualTo("refused");
            assertThat(faulted.programCounter()).isEqualTo(5);
        });
    }

    @Test
    void callFunction_afterAStoppedCallback_isStoppedAtOnce() {
        HostFunctions functions = FUNCTIONS.with(CALL, "call", (call, r1, r2, r3, r4, r5) -> {
            assertThatThrownBy(() -> call.callFunction(r1, 0, 0, 0, 0, 0)).isInstanceOf(BpfFault.class);
            return call.callFunction(r2, 0, 0, 0, 0, 0);
        });
        RunResult.Faulted faulted =
                (RunResult.Faulted) invocation(functions, """
                        r1 = bad ll
                        r2 = good ll
                        call 500
                        exit
                bad:    call 502
                        exit
                good:   r0 = 0
                        exit
                """).tryRun();
        assertThat(faulted.programCounter()).isEqualTo(6);
    }

    @Test
    void fault_raisedByTheFunctionAfterItsCallback_isTheCalls() {
        HostFunctions functions = FUNCTIONS
                .with(CALL, "call", (call, r1, r2, r3, r4, r5) -> {
                    call.callFunction(r1, 9, 9, 9, 9, 9);
                    throw call.fault("after all");
                })
                .with(504, "nothing", (call, r1, r2, r3, r4, r5) -> 0);
        RunResult.Faulted faulted =
                (RunResult.Faulted) invocation(functions, """
                        r0 = 10
                        r1 = callback ll
                        r2 = 12
                        r6 = 16
                        call 500
                        exit
                callback:
                        call 504
                        r2 = 0
                        r6 = 0
                        exit
                """).tryRun();
        assertThat(faulted.kind()).isEqualTo(FaultKind.HELPER);
        assertThat(faulted.programCounter()).isEqualTo(5);
        assertThat(faulted.registers().getFirst()).isEqualTo(10);
        assertThat(faulted.registers().get(2)).isEqualTo(12);
        assertThat(faulted.registers().get(6)).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(ints = {CALL, SWALLOW})
    void endProgram_inCallbacks_endsTheWholeProgram(int function) {
        Invocation invocation = invocation("""
                        r1 = outer ll
                        call %1$d
                        r0 = 1
                        exit
                outer:  r1 = inner ll
                        call %1$d
                        r0 = 2
                        exit
                inner:  r1 = 40
                        call 501
                        r0 = 3
                        exit
                """.formatted(function));
        for (int i = 0; i < 3; i++) {
            assertThat(invocation.run()).isEqualTo(40);
            assertThat(invocation.instructionsExecuted()).isEqualTo(2 + 2 + 2);
        }
    }

    @Test
    void packetInstruction_outsideThePacketInACallback_endsTheWholeProgramWithZero() {
        assertThat(invocation("""
                        r1 = callback ll
                        call 500
                        r0 = 1
                        exit
                callback:
                        r0 = 7
                        r0 = *(u8 *)skb[3]
                        exit
                """).run()).isZero();
    }

    @Test
    void callFunction_withEightFunctionsActive_faultsAtTheCall() {
        String recursion = """
                        r0 = *(u64 *)(r1 + 0)
                        r2 = r0
                        r1 = again ll
                        call 500
                        exit
                again:  r0 = 1
                        if r1 == 0 goto out
                        r2 = r1
                        r2 -= 1
                        r1 = again ll
                        call 500            // slot 12
                        r0 += 1
                out:    exit
                """;
        Invocation invocation = invocation(recursion);
        invocation.memory(8).set(ValueLayout.JAVA_LONG, 0, 6);
        assertThat(invocation.run()).isEqualTo(7);
        invocation.memory(8).set(ValueLayout.JAVA_LONG, 0, 7);
        assertThat(invocation.tryRun()).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.kind()).isEqualTo(FaultKind.CALL_DEPTH);
            assertThat(faulted.programCounter()).isEqualTo(12);
        });
        invocation.memory(8).set(ValueLayout.JAVA_LONG, 0, 6);
        assertThat(invocation.run()).isEqualTo(7);
    }

    /** Only what the program takes the address of is a function, so that every engine knows its functions. */
    @ParameterizedTest
    @ValueSource(
            longs = {0, -1, 6, FUNCTIONS_AT | 5, FUNCTIONS_AT | 7, FUNCTIONS_AT | 1000, 1L << 62 | 6, 3L << 61 | 6})
    void callFunction_numberThatIsNoFunction_faults(long pointer) {
        String source = """
                        r2 = callback ll
                        r1 = 0x%x ll
                        call 500
                        exit
                callback:
                        r0 = 1
                        r0 = 2
                        exit
                """;
        assertThat(invocation(source.formatted(FUNCTIONS_AT | 6)).run()).isEqualTo(2);
        RunResult.Faulted faulted = fault(source.formatted(pointer));
        assertThat(faulted.kind()).isEqualTo(FaultKind.HELPER);
        assertThat(faulted.programCounter()).isEqualTo(4);
        assertThat(faulted.detail()).contains("0x%x is no function".formatted(pointer));
    }

    @Test
    void cancel_inACallback_stopsTheRun() {
        Invocation[] self = new Invocation[1];
        HostFunctions functions = FUNCTIONS.with(END, "cancel", (call, r1, r2, r3, r4, r5) -> {
            self[0].cancel();
            return 0;
        });
        self[0] = invocation(functions, """
                        r1 = callback ll
                        call 500
                        exit
                callback:
                        call 501
                loop:   goto loop
                """);
        assertThat(self[0].tryRun()).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.kind()).isEqualTo(FaultKind.CANCELLED);
            assertThat(faulted.programCounter()).isEqualTo(5);
        });
    }

    /** A tail call takes the place of the callback alone: its target returns to the function that called back. */
    @Test
    void tailCall_inACallback_returnsToTheHost() {
        ProgramArray programs = runtime.programArray("programs", 1);
        ProgramType type = ProgramTypes.MEMORY.withFunctions(FUNCTIONS.withAll(ProgramTypes.MEMORY.functions()));
        programs.set(
                0,
                runtime.program(
                        "target",
                        Assembler.assemble("r0 = 1000; r0 += 20; r6 = 0; r0 += r2; exit", Dialect.LLVM),
                        type));
        Invocation invocation = runtime.program(
                        "caller",
                        Assembler.assemble("""
                                        r6 = 300
                                        r1 = callback ll
                                        call 500
                                        r0 += r6
                                        r1 = 7000 ll
                                        r0 += r1
                                        exit
                                callback:
                                        r2 = map_by_fd(1) ll
                                        r3 = 0
                                        call 12
                                        exit
                                """, Dialect.LLVM),
                        type,
                        new Bindings(Map.of(1, programs), List.of(), Map.of()))
                .newInvocation();
        invocation.memory(5);
        for (int i = 0; i < 2; i++) {
            assertThat(invocation.run()).isEqualTo(1000 + 20 + 5 + 300 + 7000);
        }
    }
}
