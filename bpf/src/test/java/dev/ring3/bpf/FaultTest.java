package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.add;
import static dev.ring3.bpf.Insns.call;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.mapValue;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a fault tells: kind, place, registers before the instruction, its line, and the exception made of it. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class FaultTest {
    private static final int REFUSING = 77;
    private static final int READ_ONLY_FD = 1;
    private static final ProgramType TYPE = ProgramTypes.MEMORY.withFunctions(
            HostFunctions.NONE.with(REFUSING, "refusing", (call, r1, r2, r3, r4, r5) -> {
                throw call.fault("no");
            }));

    private final BpfRuntime runtime;

    FaultTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    /** The instruction at slot 4 is at fault; r0 is 10 there, r3 is 13, r6 the value that may only be read. */
    record Case(FaultKind kind, Insn insn) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case(FaultKind.ACCESS, load(Size.WORD, R0, R10, 0)),
                new Case(FaultKind.ACCESS, store(Size.WORD, R3, 0, imm(1))),
                new Case(FaultKind.READ_ONLY, store(Size.WORD, R6, 0, imm(1))),
                new Case(FaultKind.MISALIGNED, new Insn.LoadAcquire(Size.WORD, R0, R10, -5)),
                new Case(FaultKind.BUDGET, mov(R0, 1)),
                new Case(FaultKind.BUDGET, wide(R0, 1)),
                new Case(FaultKind.BUDGET, EXIT),
                new Case(FaultKind.CALL_DEPTH, new Insn.CallLocal(-1)),
                new Case(FaultKind.UNKNOWN_HELPER, call(1)),
                new Case(FaultKind.UNKNOWN_HELPER, call(-1)),
                new Case(FaultKind.UNKNOWN_HELPER, new Insn.CallHost(5)),
                new Case(FaultKind.UNKNOWN_HELPER, new Insn.CallRegister(R3)),
                new Case(FaultKind.HELPER, call(REFUSING)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fault_everyKind_tellsPlaceRegistersAndLine(Case expected) {
        BpfCode code = BpfCode.of(mov(R0, 10), mov(R3, 13), mapValue(R6, READ_ONLY_FD), expected.insn(), EXIT);
        Invocation invocation = program(code).newInvocation();
        if (expected.kind() == FaultKind.BUDGET) {
            invocation.budget(3);
        }
        RunResult.Faulted faulted = (RunResult.Faulted) invocation.tryRun();
        assertThat(faulted.kind()).isEqualTo(expected.kind());
        assertThat(faulted.programCounter()).isEqualTo(4);
        assertThat(faulted.line()).isEqualTo("line of 4");
        assertThat(faulted.registers()).hasSize(11).element(0).isEqualTo(10L);
        assertThat(faulted.registers()).element(3).isEqualTo(13L);
        assertThat(faulted.detail()).isNotBlank();
        assertThat(faulted.message())
                .contains(
                        "insn 4:", faulted.detail(), "line of 4", faulted.kind().name());
    }

    @Test
    void noExit_lastInstruction_faultsBehindIt() {
        RunResult.Faulted faulted = (RunResult.Faulted)
                program(BpfCode.of(mov(R0, 1), wide(R3, 2))).newInvocation().tryRun();
        assertThat(faulted.kind()).isEqualTo(FaultKind.NO_EXIT);
        assertThat(faulted.programCounter()).isEqualTo(3);
        assertThat(faulted.registers().get(3)).isEqualTo(2);
    }

    /** What is behind the last instruction is an instruction more to a budget. */
    @Test
    void noExit_withTheBudgetUsedUp_isTheBudgets() {
        Invocation invocation = program(BpfCode.of(mov(R0, 1), wide(R3, 2))).newInvocation();
        invocation.budget(2);
        RunResult.Faulted faulted = (RunResult.Faulted) invocation.tryRun();
        assertThat(faulted.kind()).isEqualTo(FaultKind.BUDGET);
        assertThat(faulted.programCounter()).isEqualTo(3);
        invocation.budget(3);
        assertThat(((RunResult.Faulted) invocation.tryRun()).kind()).isEqualTo(FaultKind.NO_EXIT);
    }

    @Test
    void line_withoutSource_isTheInstructionItself() {
        BpfCode code = BpfCode.of(mov(R0, 1), load(Size.BYTE, R0, R10, 0));
        BpfProgram program = runtime.program("plain", code, ProgramTypes.MEMORY);
        RunResult.Faulted faulted = (RunResult.Faulted) program.newInvocation().tryRun();
        assertThat(faulted.line()).containsIgnoringCase("r10");
    }

    @Test
    void runAndTryRun_sameFault_sayTheSame() {
        Invocation invocation = program(BpfCode.of(load(Size.BYTE, R0, R10, 0))).newInvocation();
        RunResult.Faulted value = (RunResult.Faulted) invocation.tryRun();
        assertThatThrownBy(invocation::run).isInstanceOfSatisfying(BpfFault.class, fault -> {
            assertThat(fault.faulted()).isEqualTo(value);
            assertThat(fault.kind()).isEqualTo(value.kind());
            assertThat(fault.programCounter()).isEqualTo(value.programCounter());
            assertThat(fault.registers()).isEqualTo(value.registers());
            assertThat(fault.line()).isEqualTo(value.line());
            assertThat(fault).hasMessage(value.message()).hasNoCause();
        });
    }

    /** The program adds to its memory, and faults in a function while the number there is odd. */
    @Test
    void invocation_afterAFaultInAFunction_runsAsIfNew() {
        BpfCode code = new Code()
                .add(load(Size.DOUBLE, R3, R1, 0), add(R3, 1), store(Size.DOUBLE, R1, 0, R3), mov(R6, 9))
                .callLocal("function")
                .add(mov(R0, R6), EXIT)
                .label("function")
                .add(mov(R6, 8))
                .jumpIf(R3, Condition.BITS_SET, imm(1), "fault")
                .add(EXIT)
                .label("fault")
                .add(load(Size.BYTE, R0, R10, -513))
                .build();
        Invocation invocation = program(code).newInvocation();
        invocation.memory(8);
        for (int i = 0; i < 4; i++) {
            assertThat(invocation.tryRun())
                    .isInstanceOfSatisfying(
                            RunResult.Faulted.class,
                            faulted -> assertThat(faulted.programCounter()).isEqualTo(10));
            assertThat(invocation.tryRun()).isEqualTo(new RunResult.Finished(9));
        }
    }

    private BpfProgram program(BpfCode code) {
        ArrayMap constants = runtime.arrayMap("constants", 8, 1, false);
        Bindings bindings = new Bindings(Map.of(READ_ONLY_FD, constants), List.of(), Map.of());
        return runtime.program(new ProgramSource("faulty", code, TYPE, bindings, Map.of(), slot -> "line of " + slot));
    }
}
