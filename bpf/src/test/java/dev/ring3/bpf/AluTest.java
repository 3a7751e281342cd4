package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
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

/** Arithmetic against an oracle of unbounded integers, written from RFC 9669 section 4.1. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class AluTest {
    private final BpfRuntime runtime;

    AluTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    static Stream<Arguments> operations() {
        return Stream.of(Width.values())
                .flatMap(width -> Stream.of(AluOp.values()).map(op -> Arguments.of(width, op)));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operation_registers_agreeWithTheRfc(Width width, AluOp op) {
        BpfCode code = BpfCode.of(
                load(Size.DOUBLE, R0, R1, 0), load(Size.DOUBLE, R3, R1, 8), new Insn.Alu(width, op, R0, R3), EXIT);
        Invocation invocation =
                runtime.program("alu", code, ProgramTypes.MEMORY).newInvocation();
        MemorySegment memory = invocation.memory(16);
        for (long dst : Values.BOUNDARIES) {
            for (long source : Values.BOUNDARIES) {
                memory.set(ValueLayout.JAVA_LONG, 0, dst);
                memory.set(ValueLayout.JAVA_LONG, 8, source);
                assertThat(invocation.run())
                        .as("0x%x %s 0x%x, %s", dst, op, source, width)
                        .isEqualTo(expected(width, op, dst, source));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operation_immediate_isSignExtended(Width width, AluOp op) {
        for (int immediate : Values.IMMEDIATES) {
            BpfCode code = BpfCode.of(load(Size.DOUBLE, R0, R1, 0), new Insn.Alu(width, op, R0, imm(immediate)), EXIT);
            Invocation invocation =
                    runtime.program("alu", code, ProgramTypes.MEMORY).newInvocation();
            MemorySegment memory = invocation.memory(8);
            for (long dst : Values.BOUNDARIES) {
                memory.set(ValueLayout.JAVA_LONG, 0, dst);
                assertThat(invocation.run())
                        .as("0x%x %s immediate %d, %s", dst, op, immediate, width)
                        .isEqualTo(expected(width, op, dst, immediate));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operation_anyTwoRegisters_changesDestinationAlone(Width width, AluOp op) {
        for (int dst = 0; dst <= 9; dst++) {
            for (int source = 0; source <= 9; source++) {
                List<Insn> insns = new ArrayList<>();
                List<Long> expected = new ArrayList<>();
                for (int r = 0; r <= 9; r++) {
                    long value = 0x8765_4321_0000_0007L * (r + 1);
                    insns.add(wide(Register.of(r), value));
                    expected.add(value);
                }
                insns.add(new Insn.Alu(width, op, Register.of(dst), Register.of(source)));
                expected.set(dst, expected(width, op, expected.get(dst), expected.get(source)));
                assertThat(RegisterDump.after(runtime, insns).subList(0, 10))
                        .as("%s %s of r%d and r%d", width, op, dst, source)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void negate_boundaries_agreeWithTheRfc() {
        for (Width width : Width.values()) {
            for (long value : Values.BOUNDARIES) {
                assertThat(RegisterDump.after(runtime, List.of(wide(R0, value), new Insn.Negate(width, R0)))
                                .getFirst())
                        .as("-0x%x, %s", value, width)
                        .isEqualTo(Values.unsigned(
                                        BigInteger.valueOf(value).negate().longValue(), width.bits())
                                .longValue());
            }
        }
    }

    /** The new value of the destination; {@code source} is an immediate after its sign extension, or a register. */
    private static long expected(Width width, AluOp op, long dst, long source) {
        int bits = width.bits();
        BigInteger a = Values.unsigned(dst, bits);
        BigInteger b = Values.unsigned(source, bits);
        BigInteger signedA = Values.signed(dst, bits);
        BigInteger signedB = Values.signed(source, bits);
        boolean byZero = b.signum() == 0;
        int count = b.intValue() & (bits - 1);
        BigInteger result = switch (op) {
            case ADD -> a.add(b);
            case SUB -> a.subtract(b);
            case MUL -> a.multiply(b);
            case DIV -> byZero ? BigInteger.ZERO : a.divide(b);
            case SDIV -> byZero ? BigInteger.ZERO : signedA.divide(signedB);
            case OR -> a.or(b);
            case AND -> a.and(b);
            case LSH -> a.shiftLeft(count);
            case RSH -> a.shiftRight(count);
            case MOD -> byZero ? a : a.remainder(b);
            case SMOD -> byZero ? a : signedA.remainder(signedB);
            case XOR -> a.xor(b);
            case MOV -> b;
            case ARSH -> signedA.shiftRight(count);
        };
        return result.mod(BigInteger.TWO.pow(bits)).longValue(); // upper half zero where it is 32 bits wide
    }
}
