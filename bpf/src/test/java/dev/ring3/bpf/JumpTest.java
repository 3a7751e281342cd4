package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.add;
import static dev.ring3.bpf.Insns.alu;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.sub;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R4;
import static dev.ring3.bpf.insn.Register.R6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Jumps (RFC 9669 section 4.3). */
@ParameterizedClass
@EnumSource(EngineKind.class)
class JumpTest {
    private final BpfRuntime runtime;

    JumpTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    static Stream<Arguments> conditions() {
        return Stream.of(Width.values())
                .flatMap(width -> Stream.of(Condition.values()).map(condition -> Arguments.of(width, condition)));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void condition_registers_agreesWithTheRfc(Width width, Condition condition) {
        Invocation invocation = jump(width, condition, R4);
        MemorySegment memory = invocation.memory(16);
        for (long left : Values.BOUNDARIES) {
            for (long right : Values.BOUNDARIES) {
                memory.set(ValueLayout.JAVA_LONG, 0, left);
                memory.set(ValueLayout.JAVA_LONG, 8, right);
                assertThat(invocation.run())
                        .as("0x%x %s 0x%x, %s", left, condition, right, width)
                        .isEqualTo(holds(width, condition, left, right) ? 1 : 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void condition_immediate_isSignExtended(Width width, Condition condition) {
        for (int immediate : Values.IMMEDIATES) {
            Invocation invocation = jump(width, condition, imm(immediate));
            MemorySegment memory = invocation.memory(16);
            for (long left : Values.BOUNDARIES) {
                memory.set(ValueLayout.JAVA_LONG, 0, left);
                assertThat(invocation.run())
                        .as("0x%x %s immediate %d, %s", left, condition, immediate, width)
                        .isEqualTo(holds(width, condition, left, immediate) ? 1 : 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void condition_registerWithItself_agreesWithTheRfc(Width width, Condition condition) {
        Invocation invocation = jump(width, condition, R3);
        MemorySegment memory = invocation.memory(16);
        for (long value : Values.BOUNDARIES) {
            memory.set(ValueLayout.JAVA_LONG, 0, value);
            assertThat(invocation.run()).isEqualTo(holds(width, condition, value, value) ? 1 : 0);
        }
    }

    @Test
    void jump_backwards_loops() {
        BpfCode code = new Code()
                .add(mov(R0, 0), mov(R6, 1000))
                .label("loop")
                .add(add(R0, R6), sub(R6, 1))
                .jumpIf(R6, Condition.NOT_EQUAL, imm(0), "loop")
                .add(EXIT)
                .build();
        assertThat(run(code)).isEqualTo(500_500);
    }

    @Test
    void jump_overAWideLoad_countsItsTwoSlots() {
        BpfCode code = BpfCode.of(mov(R0, 1), new Insn.Jump(2), wide(R0, 2), EXIT);
        assertThat(run(code)).isEqualTo(1);
    }

    @Test
    void jump_offsetZero_isTheNextInstruction() {
        assertThat(run(BpfCode.of(mov(R0, 1), new Insn.Jump(0), add(R0, 1), new Insn.JumpLong(0), add(R0, 1), EXIT)))
                .isEqualTo(3);
    }

    @Test
    void jump_longForm_reachesPastSixteenBits() {
        int distance = 40_000;
        List<Insn> insns = new ArrayList<>(List.of(mov(R0, 7), new Insn.JumpLong(distance + 1), EXIT));
        for (int i = 0; i < distance; i++) {
            insns.add(alu(AluOp.XOR, R0, imm(-1)));
        }
        insns.add(new Insn.JumpLong(-distance - 2)); // to the exit
        assertThat(run(BpfCode.of(insns))).isEqualTo(7);
    }

    private long run(BpfCode code) {
        return runtime.program("jump", code, ProgramTypes.MEMORY)
                .newInvocation()
                .run();
    }

    /** A program that gives 1 if the first number of its memory compares with the second, or another operand, so. */
    private Invocation jump(Width width, Condition condition, Operand right) {
        List<Insn> insns = new ArrayList<>(List.of(load(Size.DOUBLE, R3, R1, 0)));
        if (right instanceof Register register && register != R3) {
            insns.add(load(Size.DOUBLE, register, R1, 8));
        }
        insns.addAll(List.of(mov(R0, 1), new Insn.JumpIf(width, condition, R3, right, 1), mov(R0, 0), EXIT));
        return runtime.program("jump", BpfCode.of(insns), ProgramTypes.MEMORY).newInvocation();
    }

    private static boolean holds(Width width, Condition condition, long left, long right) {
        int bits = width.bits();
        BigInteger a = Values.unsigned(left, bits);
        BigInteger b = Values.unsigned(right, bits);
        int unsigned = a.compareTo(b);
        int signed = Values.signed(left, bits).compareTo(Values.signed(right, bits));
        return switch (condition) {
            case EQUAL -> unsigned == 0;
            case NOT_EQUAL -> unsigned != 0;
            case BITS_SET -> a.and(b).signum() != 0;
            case GREATER -> unsigned > 0;
            case GREATER_OR_EQUAL -> unsigned >= 0;
            case LESS -> unsigned < 0;
            case LESS_OR_EQUAL -> unsigned <= 0;
            case SIGNED_GREATER -> signed > 0;
            case SIGNED_GREATER_OR_EQUAL -> signed >= 0;
            case SIGNED_LESS -> signed < 0;
            case SIGNED_LESS_OR_EQUAL -> signed <= 0;
        };
    }
}
