package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.add;
import static dev.ring3.bpf.Insns.alu;
import static dev.ring3.bpf.Insns.call;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.map;
import static dev.ring3.bpf.Insns.mapValue;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R2;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R6;
import static dev.ring3.bpf.insn.Register.R7;
import static dev.ring3.bpf.insn.Register.R8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tail calls: helper 12 and program arrays. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class TailCallTest {
    private static final int TAIL_CALL = 12;
    private static final int PROGRAMS = 1;
    private static final int COUNTER = 2;

    private final EngineKind engine;
    private final BpfRuntime runtime;
    private final ProgramArray programs;
    private final ArrayMap counter;
    private final Bindings bindings;

    TailCallTest(EngineKind engine) {
        this.engine = engine;
        runtime = Unverified.runtime(engine);
        programs = runtime.programArray("programs", 4);
        counter = runtime.arrayMap("counter", 8, 1);
        bindings = new Bindings(Map.of(PROGRAMS, programs, COUNTER, counter), List.of(), Map.of());
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Tail calls an entry; goes on behind it if that fails. The context pointer is expected in r1. */
    private static Insn[] tailCall(int index) {
        return new Insn[] {map(R2, PROGRAMS), mov(R3, index), call(TAIL_CALL)};
    }

    @Test
    void tailCall_33times_succeeds_andThe34thFails() {
        BpfCode code = new Code()
                .add(mapValue(R6, COUNTER), load(Size.DOUBLE, R7, R6, 0), add(R7, 1), store(Size.DOUBLE, R6, 0, R7))
                .add(tailCall(0))
                .add(EXIT)
                .build();
        BpfProgram program = program("self", code);
        programs.set(0, program);
        Invocation invocation = program.newInvocation();
        for (int run = 1; run <= 3; run++) {
            assertThat(invocation.run()).as("result of the call that failed").isNegative();
            assertThat(counter.value(0).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(34L * run);
        }
    }

    @Test
    void tailCall_success_replacesTheProgram() {
        programs.set(1, program("target", BpfCode.of(mov(R0, 5), EXIT)));
        BpfCode code = new Code().add(tailCall(1)).add(mov(R0, 6), EXIT).build();
        assertThat(program("caller", code).newInvocation().run()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4, 5, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 2 + (1L << 32)})
    void tailCall_noSuchEntry_goesOnWithAnError(long index) {
        BpfCode code = BpfCode.of(map(R2, PROGRAMS), wide(R3, index), call(TAIL_CALL), mov(R6, 1), EXIT);
        assertThat(program("caller", code).newInvocation().run()).isNegative();
    }

    /** The kernel's helper takes a {@code u32}. */
    @Test
    void tailCall_upperHalfOfIndex_isIgnored() {
        programs.set(1, program("target", BpfCode.of(mov(R0, 5), EXIT)));
        BpfCode code = BpfCode.of(map(R2, PROGRAMS), wide(R3, 1 + (7L << 32)), call(TAIL_CALL), EXIT);
        assertThat(program("caller", code).newInvocation().run()).isEqualTo(5);
    }

    @Test
    void tailCall_entryThatWasEmptiedOrClosed_goesOn() {
        BpfProgram target = program("target", BpfCode.of(mov(R0, 5), EXIT));
        Invocation caller =
                program("caller", new Code().add(tailCall(1)).add(EXIT).build()).newInvocation();
        programs.set(1, target);
        assertThat(caller.run()).isEqualTo(5);
        programs.set(1, null);
        assertThat(caller.run()).isNegative();
        programs.set(1, target);
        target.close();
        assertThat(caller.run()).isNegative();
    }

    @Test
    void tailCall_fromAFunction_returnsToItsCaller() {
        programs.set(0, program("target", BpfCode.of(mov(R0, 30), mov(R6, -1), EXIT)));
        BpfCode code = new Code()
                .add(mov(R6, 10), mov(R8, R10))
                .callLocal("function")
                .add(alu(AluOp.SUB, R8, R10), add(R0, R6), add(R0, R8), EXIT)
                .label("function")
                .add(tailCall(0))
                .add(mov(R0, 1), EXIT)
                .build();
        assertThat(program("caller", code).newInvocation().run()).isEqualTo(40);
    }

    @Test
    void tailCall_target_reachesItsOwnMapsAndTheCallerItsOwn() {
        ArrayMap own = runtime.arrayMap("own", 8, 1);
        own.value(0).set(ValueLayout.JAVA_LONG, 0, 3);
        counter.value(0).set(ValueLayout.JAVA_LONG, 0, 4);
        BpfCode reading = BpfCode.of(mapValue(R1, COUNTER), load(Size.DOUBLE, R0, R1, 0), EXIT);
        Bindings ofTarget = new Bindings(Map.of(COUNTER, own), List.of(), Map.of());
        programs.set(0, runtime.program("target", reading, ProgramTypes.MEMORY, ofTarget));
        BpfCode code = new Code()
                .callLocal("function")
                .add(mapValue(R6, COUNTER), load(Size.DOUBLE, R7, R6, 0), alu(AluOp.LSH, R7, imm(4)), add(R0, R7), EXIT)
                .label("function")
                .add(tailCall(0))
                .add(EXIT)
                .build();
        assertThat(program("caller", code).newInvocation().run()).isEqualTo(0x43);
    }

    /** The target is called as every program of its type: memory in r1, its length in r2. */
    @Test
    void tailCall_target_findsMemoryAndLength() {
        programs.set(
                0,
                program(
                        "target",
                        BpfCode.of(load(Size.BYTE, R0, R1, 0), alu(AluOp.LSH, R0, imm(8)), add(R0, R2), EXIT)));
        BpfCode code = new Code().add(tailCall(0)).add(EXIT).build();
        Invocation invocation = program("caller", code).newInvocation();
        invocation.memory(24).set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
        assertThat(invocation.run()).isEqualTo(7 << 8 | 24);
    }

    @Test
    void fault_inTheTarget_isPlacedThere() {
        BpfCode code = BpfCode.of(mov(R6, 1), mov(R6, 2), load(Size.BYTE, R0, R10, 0), EXIT);
        programs.set(
                0,
                runtime.program(new ProgramSource(
                        "target", code, ProgramTypes.MEMORY, Bindings.NONE, Map.of(), slot -> "target " + slot)));
        RunResult.Faulted faulted = (RunResult.Faulted)
                program("caller", new Code().add(tailCall(0)).build())
                        .newInvocation()
                        .tryRun();
        assertThat(faulted.kind()).isEqualTo(FaultKind.ACCESS);
        assertThat(faulted.programCounter()).isEqualTo(2);
        assertThat(faulted.line()).isEqualTo("target 2");
        assertThat(faulted.registers().get(6)).isEqualTo(2);
    }

    @Test
    void tailCall_longChain_sharesOneBudget() {
        BpfProgram program =
                program("self", new Code().add(tailCall(0)).add(EXIT).build());
        programs.set(0, program);
        Invocation invocation = program.newInvocation();
        invocation.run();
        assertThat(invocation.instructionsExecuted()).isEqualTo(34 * 3 + 1);
        invocation.budget(34 * 3);
        assertThat(invocation.tryRun()).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.kind()).isEqualTo(FaultKind.BUDGET);
            assertThat(faulted.programCounter()).isEqualTo(4);
        });
    }

    @Test
    void tailCall_throughAnArrayOfValues_faults() {
        BpfCode code = BpfCode.of(map(R2, COUNTER), mov(R3, 0), call(TAIL_CALL), EXIT);
        RunResult.Faulted faulted =
                (RunResult.Faulted) program("caller", code).newInvocation().tryRun();
        assertThat(faulted.kind()).isEqualTo(FaultKind.HELPER);
        assertThat(faulted.programCounter()).isEqualTo(3);
    }

    @Test
    void programArray_programsThatDoNotFit_areRefused() {
        BpfCode code = BpfCode.of(mov(R0, 0), EXIT);
        try (BpfRuntime other = Unverified.runtime(engine)) {
            BpfProgram foreign = other.program("foreign", code, ProgramTypes.MEMORY);
            assertThatThrownBy(() -> programs.set(0, foreign))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("foreign");
        }
        programs.set(0, program("first", code));
        ProgramType otherType = ProgramTypes.MEMORY.with("more", (call, r1, r2, r3, r4, r5) -> 0);
        assertThatThrownBy(() -> programs.set(1, runtime.program("second", code, otherType)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("second");
        BpfProgram verified = runtime.program(new ProgramSource(
                "verified",
                code,
                ProgramTypes.MEMORY,
                Bindings.NONE,
                Map.of(),
                Map.of(),
                new InsnLines(code),
                true,
                Map.of()));
        assertThatThrownBy(() -> programs.set(1, verified))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("program verified is verified, those of program array programs are not verified");
        BpfProgram closed = program("closed", code);
        closed.close();
        assertThatThrownBy(() -> programs.set(1, closed)).isInstanceOf(IllegalStateException.class);
        assertThat(programs.get(1)).isNull();
        assertThatThrownBy(() -> programs.set(4, null)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(programs.get(4)).isNull();
        assertThat(programs.get(-1)).isNull();
    }

    private BpfProgram program(String name, BpfCode code) {
        return runtime.program(name, code, ProgramTypes.MEMORY, bindings);
    }
}
