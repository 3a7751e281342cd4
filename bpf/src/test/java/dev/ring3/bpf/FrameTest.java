package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.add;
import static dev.ring3.bpf.Insns.alu;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.Insns.sub;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R2;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R4;
import static dev.ring3.bpf.insn.Register.R5;
import static dev.ring3.bpf.insn.Register.R6;
import static dev.ring3.bpf.insn.Register.R7;
import static dev.ring3.bpf.insn.Register.R8;
import static dev.ring3.bpf.insn.Register.R9;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Size;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of functions of the same program: eight frames of 512 bytes (RFC 9669 section 4.3.1). */
@ParameterizedClass
@EnumSource(EngineKind.class)
class FrameTest {
    private static final int FRAMES = 8;

    private final BpfRuntime runtime;

    FrameTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Calls itself as often as its memory says, and returns the greatest distance of two frames. */
    private static BpfCode recursion() {
        return new Code()
                .add(load(Size.DOUBLE, R1, R1, 0), mov(R2, R10)) // slots 0, 1
                .callLocal("function") // slot 2
                .add(EXIT)
                .label("function")
                .add(mov(R0, R2), alu(AluOp.SUB, R0, R10)) // slots 4, 5
                .jumpIf(R1, Condition.EQUAL, imm(0), "return")
                .add(sub(R1, 1))
                .callLocal("function") // slot 8
                .label("return")
                .add(EXIT)
                .build();
    }

    private RunResult recurse(int nestedCalls) {
        Invocation invocation =
                runtime.program("recursion", recursion(), ProgramTypes.MEMORY).newInvocation();
        invocation.memory(8).set(ValueLayout.JAVA_LONG, 0, nestedCalls - 1);
        return invocation.tryRun();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void calls_upToEightFunctions_haveFramesOf512Bytes(int nestedCalls) {
        assertThat(recurse(nestedCalls)).isEqualTo(new RunResult.Finished(512L * nestedCalls));
    }

    @Test
    void calls_ninthFunction_faultsAtTheCall() {
        RunResult.Faulted faulted = (RunResult.Faulted) recurse(FRAMES);
        assertThat(faulted.kind()).isEqualTo(FaultKind.CALL_DEPTH);
        assertThat(faulted.programCounter()).isEqualTo(8);
        assertThat(faulted.registers().get(0)).as("depth of the eighth frame").isEqualTo(7 * 512);
        assertThat(faulted.registers().get(1)).as("argument of the ninth").isEqualTo(0);
    }

    @Test
    void calls_oneAfterTheOther_areNotNested() {
        Code code = new Code();
        for (int i = 0; i < 20; i++) {
            code.callLocal("function");
        }
        code.add(mov(R0, R6), EXIT).label("function").add(EXIT);
        assertThat(run(code.build())).isZero();
    }

    @Test
    void call_callee_keepsTheCallersRegisters() {
        BpfCode code = new Code()
                .add(mov(R6, 6), mov(R7, 7), mov(R8, 8), mov(R9, 9), mov(R5, R10))
                .callLocal("function")
                .add(alu(AluOp.SUB, R5, R10)) // r1 to r5 are the callee's to change, here it does not
                .add(alu(AluOp.OR, R0, R5), alu(AluOp.LSH, R6, imm(12)), alu(AluOp.LSH, R7, imm(8)))
                .add(alu(AluOp.LSH, R8, imm(4)), add(R0, R6), add(R0, R7), add(R0, R8), add(R0, R9), EXIT)
                .label("function")
                .add(mov(R6, -1), mov(R7, -1), mov(R8, -1), mov(R9, -1), mov(R0, 0x50000), EXIT)
                .build();
        assertThat(run(code)).isEqualTo(0x56789);
    }

    @Test
    void call_arguments_arePassedAsTheyAre() {
        BpfCode code = new Code()
                .add(mov(R1, 1), mov(R2, 2), mov(R3, 3), mov(R4, 4), mov(R5, 5), mov(R0, 6), mov(R6, 7))
                .callLocal("function")
                .add(EXIT)
                .label("function")
                .add(add(R0, R1), add(R0, R2), add(R0, R3), add(R0, R4), add(R0, R5), add(R0, R6), EXIT)
                .build();
        assertThat(run(code)).isEqualTo(28);
    }

    @Test
    void callee_frameOfItsCaller_isReadAndWritten() {
        BpfCode code = new Code()
                .add(store(Size.DOUBLE, R10, -512, imm(40)), mov(R1, R10), add(R1, -512))
                .callLocal("function")
                .add(load(Size.DOUBLE, R0, R10, -512), EXIT)
                .label("function")
                .add(load(Size.DOUBLE, R2, R1, 0), add(R2, 2), store(Size.DOUBLE, R1, 0, R2), EXIT)
                .build();
        assertThat(run(code)).isEqualTo(42);
    }

    @Test
    void callee_wholeFrameOfItsOwn_isNotTheCallers() {
        Code code = new Code().add(store(Size.DOUBLE, R10, -512, imm(1)), store(Size.DOUBLE, R10, -8, imm(2)));
        code.callLocal("function").add(load(Size.DOUBLE, R0, R10, -512), load(Size.DOUBLE, R1, R10, -8));
        code.add(alu(AluOp.LSH, R0, imm(4)), add(R0, R1), EXIT).label("function");
        for (int offset = -512; offset < 0; offset += 8) {
            code.add(store(Size.DOUBLE, R10, offset, imm(-1)));
        }
        assertThat(run(code.add(EXIT).build())).isEqualTo(0x12);
    }

    @Test
    void callee_belowItsFrame_faults() {
        for (int frames = 1; frames <= FRAMES; frames++) {
            Code code = new Code();
            for (int i = 1; i < frames; i++) {
                code.callLocal("function " + i).add(EXIT).label("function " + i);
            }
            code.add(store(Size.DOUBLE, R10, -512, imm(1)), store(Size.BYTE, R10, -513, imm(1)), EXIT);
            RunResult.Faulted faulted = (RunResult.Faulted) tryRun(code.build());
            assertThat(faulted.kind()).as("%d frames", frames).isEqualTo(FaultKind.ACCESS);
            assertThat(faulted.programCounter()).isEqualTo(2 * (frames - 1) + 1);
        }
    }

    @Test
    void caller_frameOfAFunctionThatReturned_isOutOfReach() {
        BpfCode code = new Code()
                .callLocal("function")
                .add(load(Size.DOUBLE, R0, R0, 0), EXIT)
                .label("function")
                .add(mov(R0, R10), add(R0, -8), store(Size.DOUBLE, R0, 0, imm(1)), EXIT)
                .build();
        assertThat(tryRun(code)).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.kind()).isEqualTo(FaultKind.ACCESS);
            assertThat(faulted.programCounter()).isEqualTo(1);
        });
    }

    /** Returns the or of what it finds in two frames, and leaves something there. */
    private static BpfCode leavingTraces() {
        Code code = new Code()
                .callLocal("function")
                .add(mov(R6, R0))
                .callLocal("function")
                .add(mov(R0, R6));
        leaveTraces(code).add(EXIT).label("function").add(mov(R0, 0));
        return leaveTraces(code).add(EXIT).build();
    }

    private static Code leaveTraces(Code code) {
        for (int offset = -512; offset < 0; offset += 8) {
            code.add(load(Size.DOUBLE, R3, R10, offset), alu(AluOp.OR, R0, R3));
            code.add(store(Size.DOUBLE, R10, offset, imm(-1)));
        }
        return code;
    }

    @Test
    void frames_betweenRunsAndCalls_areZeroed() {
        Invocation invocation =
                runtime.program("traces", leavingTraces(), ProgramTypes.MEMORY).newInvocation();
        for (int i = 0; i < 3; i++) {
            assertThat(invocation.run()).isZero();
        }
    }

    @Test
    void frames_ofAnInvocationAfterAnother_areZeroed() {
        BpfProgram program = runtime.program("traces", leavingTraces(), ProgramTypes.MEMORY);
        for (int i = 0; i < 3; i++) {
            try (Invocation invocation = program.newInvocation()) { // most likely on the same pages
                assertThat(invocation.run()).isZero();
            }
        }
    }

    @Test
    void registers_atTheStart_areZeroButForMemoryAndFrame() {
        Invocation invocation = runtime.program("start", BpfCode.of(mov(R0, R0)), ProgramTypes.MEMORY)
                .newInvocation();
        for (int i = 0; i < 2; i++) {
            long bytes = invocation.memory(24).byteSize();
            RunResult.Faulted end = (RunResult.Faulted) invocation.tryRun();
            assertThat(end.registers().get(2)).isEqualTo(bytes);
            assertThat(end.registers().get(1)).isPositive();
            assertThat(end.registers().get(10)).isPositive();
            assertThat(end.registers().subList(3, 10)).containsOnly(0L);
            assertThat(end.registers().getFirst()).isZero();
        }
    }

    private long run(BpfCode code) {
        return runtime.program("frames", code, ProgramTypes.MEMORY)
                .newInvocation()
                .run();
    }

    private RunResult tryRun(BpfCode code) {
        return runtime.program("frames", code, ProgramTypes.MEMORY)
                .newInvocation()
                .tryRun();
    }
}
