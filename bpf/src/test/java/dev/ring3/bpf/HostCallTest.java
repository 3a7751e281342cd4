package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.FAR;
import static dev.ring3.bpf.Insns.add;
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
import static dev.ring3.bpf.insn.Register.R4;
import static dev.ring3.bpf.insn.Register.R5;
import static dev.ring3.bpf.insn.Register.R6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a program's call of the host does, and what the host may do to the run. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class HostCallTest {
    private static final int FUNCTION = 500;
    private static final int BTF_ID = 31;
    private static final int ARRAY = 1;

    private final BpfRuntime runtime;
    private final ArrayMap array;
    private final ArrayMap constants;
    private final Bindings bindings;

    HostCallTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
        array = runtime.arrayMap("array", 20, 2);
        constants = runtime.arrayMap("constants", 8, 1, false);
        bindings = new Bindings(Map.of(ARRAY, array, 2, constants), List.of(), Map.of());
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Each way to call function {@value #FUNCTION}: by number, by BTF id, by a number in a register. */
    static Stream<Insn> calls() {
        return Stream.of(call(FUNCTION), new Insn.CallHost(BTF_ID), new Insn.CallRegister(Register.R9));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void call_everyForm_passesFiveArgumentsAndChangesR0Alone(Insn call) {
        BpfProgram program = program(
                (c, r1, r2, r3, r4, r5) -> r1 + 10 * r2 + 100 * r3 + 1000 * r4 + 10_000 * r5,
                mov(Register.R9, FUNCTION),
                mov(R1, 1),
                mov(R2, 2),
                mov(R3, 3),
                mov(R4, 4),
                wide(R5, -5),
                mov(R6, 6),
                call);
        RunResult.Faulted end = (RunResult.Faulted) program.newInvocation().tryRun();
        assertThat(end.kind()).isEqualTo(FaultKind.NO_EXIT);
        assertThat(end.registers().subList(0, 7)).containsExactly(-50_000L + 4321, 1L, 2L, 3L, 4L, -5L, 6L);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void call_functionThatThrows_faultsWithTheCause(Insn call) {
        IllegalStateException broken = new IllegalStateException("broken");
        BpfProgram program = program(
                (c, r1, r2, r3, r4, r5) -> {
                    throw broken;
                },
                mov(Register.R9, FUNCTION),
                mov(R0, 3),
                call,
                EXIT);
        assertThatThrownBy(() -> program.newInvocation().run())
                .hasCause(broken)
                .isInstanceOfSatisfying(BpfFault.class, fault -> {
                    assertThat(fault.kind()).isEqualTo(FaultKind.HELPER);
                    assertThat(fault.programCounter()).isEqualTo(2);
                    assertThat(fault.registers().getFirst()).isEqualTo(3);
                    assertThat(fault.faulted().detail()).contains("broken");
                });
    }

    @Test
    void call_functionThatRefuses_faultsWithItsWords() {
        BpfProgram program = program(
                (c, r1, r2, r3, r4, r5) -> {
                    throw c.fault("flags 0x%x".formatted(r1));
                },
                mov(R1, 16),
                call(FUNCTION),
                EXIT);
        assertThat(program.newInvocation().tryRun()).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.kind()).isEqualTo(FaultKind.HELPER);
            assertThat(faulted.detail()).isEqualTo("flags 0x10");
            assertThat(faulted.programCounter()).isEqualTo(1);
        });
    }

    /** A fault of a program that a function runs is the function's failure, not this run's own fault and place. */
    @Test
    void call_functionThatLetsAnotherRunsFaultPass_faultsAtTheCall() {
        BpfProgram inner = runtime.program(
                "inner", BpfCode.of(mov(R0, 1), mov(R0, 2), load(Size.BYTE, R0, R10, 0)), ProgramTypes.MEMORY);
        BpfProgram outer =
                program((c, r1, r2, r3, r4, r5) -> inner.newInvocation().run(), mov(R0, 7), call(FUNCTION), EXIT);
        assertThatThrownBy(() -> outer.newInvocation().run()).isInstanceOfSatisfying(BpfFault.class, fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.HELPER);
            assertThat(fault.programCounter()).isEqualTo(1);
            assertThat(fault.registers().getFirst()).isEqualTo(7);
            assertThat(fault.getCause())
                    .isInstanceOfSatisfying(
                            BpfFault.class, cause -> assertThat(cause.kind()).isEqualTo(FaultKind.ACCESS));
        });
    }

    @Test
    void call_functionThatRunsTheSameInvocation_isRefused() {
        Invocation[] self = new Invocation[1];
        BpfProgram program = program((c, r1, r2, r3, r4, r5) -> self[0].run(), call(FUNCTION), EXIT);
        self[0] = program.newInvocation();
        assertThatThrownBy(self[0]::run).isInstanceOf(BpfFault.class).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void call_functionThatRunsAnotherInvocation_isFine() {
        BpfProgram inner = runtime.program("inner", BpfCode.of(mov(R0, 20), EXIT), ProgramTypes.MEMORY);
        BpfProgram outer =
                program((c, r1, r2, r3, r4, r5) -> inner.newInvocation().run(), call(FUNCTION), add(R0, 1), EXIT);
        assertThat(outer.newInvocation().run()).isEqualTo(21);
    }

    @Test
    void endProgram_fromNestedFrames_endsWithItsResult() {
        BpfCode code = new Code()
                .callLocal("outer")
                .add(mov(R0, 1), EXIT)
                .label("outer")
                .callLocal("inner")
                .add(mov(R0, 2), EXIT)
                .label("inner")
                .add(call(FUNCTION), mov(R0, 3), EXIT)
                .build();
        Invocation invocation = program(
                        (c, r1, r2, r3, r4, r5) -> {
                            c.endProgram();
                            return 40;
                        },
                        code)
                .newInvocation();
        for (int i = 0; i < 3; i++) {
            assertThat(invocation.run()).isEqualTo(40);
            assertThat(invocation.instructionsExecuted()).isEqualTo(3);
        }
    }

    /** What a function may touch is what the program may: here by address and length, from slot 1. */
    record Range(Insn address, long bytes, boolean readable, boolean writable) {}

    static Stream<Range> ranges() {
        return Stream.of(
                new Range(mov(R1, R1), 64, true, true),
                new Range(mov(R1, R1), 0, true, true),
                new Range(mov(R1, R1), 65, false, false),
                new Range(mov(R1, R1), -1, false, false),
                new Range(mov(R1, R1), Long.MIN_VALUE, false, false),
                new Range(mov(R1, R1), Long.MAX_VALUE, false, false),
                new Range(mov(R1, R1), 1L << 40, false, false),
                new Range(wide(R1, 0), 1, false, false),
                new Range(wide(R1, FAR), 1, false, false),
                new Range(wide(R1, FAR), 0, false, false),
                new Range(wide(R1, Long.MIN_VALUE), 8, false, false),
                new Range(wide(R1, -4), 8, false, false),
                new Range(mov(R1, R10), 1, false, false),
                new Range(mapValue(R1, ARRAY), 20, true, true),
                new Range(mapValue(R1, ARRAY), 21, false, false),
                new Range(mapValue(R1, ARRAY), 44, false, false),
                new Range(map(R1, ARRAY), 1, false, false),
                new Range(mapValue(R1, 2), 8, true, false));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void readableAndWritable_anyRange_giveExactlyThatOrFault(Range range) {
        HostFunction reading = (c, r1, r2, r3, r4, r5) -> {
            var memory = c.readable(r1, r2);
            assertThat(memory.isReadOnly()).isTrue();
            return memory.byteSize();
        };
        HostFunction writing = (c, r1, r2, r3, r4, r5) -> {
            var memory = c.writable(r1, r2);
            memory.fill((byte) 1);
            return memory.byteSize();
        };
        assertRange(range, reading, range.readable(), FaultKind.ACCESS);
        assertRange(range, writing, range.writable(), range.readable() ? FaultKind.READ_ONLY : FaultKind.ACCESS);
    }

    private void assertRange(Range range, HostFunction function, boolean allowed, FaultKind otherwise) {
        BpfProgram program = program(function, range.address(), wide(R2, range.bytes()), call(FUNCTION), EXIT);
        Invocation invocation = program.newInvocation();
        invocation.memory(64);
        RunResult result = invocation.tryRun();
        if (allowed) {
            assertThat(result).isEqualTo(new RunResult.Finished(range.bytes()));
        } else {
            assertThat(result).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
                assertThat(faulted.kind()).isEqualTo(otherwise);
                assertThat(faulted.programCounter()).isEqualTo(range.address().slots() + 2);
            });
        }
    }

    @Test
    void readable_framesOfCallers_areThere() {
        BpfCode code = new Code()
                .add(store(Size.DOUBLE, R10, -8, imm(33)), mov(R1, R10), add(R1, -8))
                .callLocal("function")
                .add(EXIT)
                .label("function")
                .add(call(FUNCTION), EXIT)
                .build();
        BpfProgram program =
                program((c, r1, r2, r3, r4, r5) -> c.readable(r1, 8).get(ValueLayout.JAVA_LONG, 0), code);
        assertThat(program.newInvocation().run()).isEqualTo(33);
    }

    @ParameterizedTest
    @MethodSource("badMapPointers")
    void map_pointerThatIsNone_faults(Insn pointer) {
        BpfProgram program = program((c, r1, r2, r3, r4, r5) -> c.map(r1).entriesMax(), pointer, call(FUNCTION), EXIT);
        assertThat(program.newInvocation().tryRun())
                .isInstanceOfSatisfying(
                        RunResult.Faulted.class,
                        faulted -> assertThat(faulted.kind()).isEqualTo(FaultKind.HELPER));
    }

    static Stream<Insn> badMapPointers() {
        return Stream.of(
                wide(R1, 0), wide(R1, -1), wide(R1, FAR), mov(R1, R10), mapValue(R1, ARRAY), wide(R1, (1L << 62) - 1));
    }

    @Test
    void map_boundPointer_isTheMap() {
        BpfProgram program =
                program((c, r1, r2, r3, r4, r5) -> c.map(r1) == array ? 1 : 0, map(R1, ARRAY), call(FUNCTION), EXIT);
        assertThat(program.newInvocation().run()).isEqualTo(1);
    }

    /** A number that happens to be the pointer to a map that the program was not given opens nothing. */
    @Test
    void map_ofTheRuntimeButNotBound_faults() {
        ArrayMap other = runtime.arrayMap("other", 8, 1);
        BpfProgram program = program(
                (c, r1, r2, r3, r4, r5) -> c.map(r1).entriesMax(), wide(R1, other.pointer()), call(FUNCTION), EXIT);
        assertThat(program.newInvocation().tryRun())
                .isInstanceOfSatisfying(
                        RunResult.Faulted.class,
                        faulted -> assertThat(faulted.kind()).isEqualTo(FaultKind.HELPER));
    }

    private BpfProgram program(HostFunction function, Insn... insns) {
        return program(function, BpfCode.of(insns));
    }

    private BpfProgram program(HostFunction function, BpfCode code) {
        ProgramType type = ProgramTypes.MEMORY.withFunctions(HostFunctions.NONE.with(FUNCTION, "function", function));
        return runtime.program(
                new ProgramSource("host", code, type, bindings, Map.of(BTF_ID, FUNCTION), slot -> "line " + slot));
    }
}
