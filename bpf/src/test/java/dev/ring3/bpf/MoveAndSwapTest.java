package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R9;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Moves with sign extension and byte swaps (RFC 9669 sections 4.1 and 4.2). */
@ParameterizedClass
@EnumSource(EngineKind.class)
class MoveAndSwapTest {
    private final BpfRuntime runtime;

    MoveAndSwapTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    @ParameterizedTest
    @CsvSource({"BITS_64,BYTE", "BITS_64,HALF", "BITS_64,WORD", "BITS_32,BYTE", "BITS_32,HALF"})
    void move_signExtending_extendsToTheWidthAndZeroesTheRest(Width width, Size from) {
        for (long value : Values.BOUNDARIES) {
            BigInteger extended = Values.signed(value, from.bits());
            long expected = extended.mod(BigInteger.TWO.pow(width.bits())).longValue();
            List<Long> registers = after(wide(R3, value), wide(R0, -1), new Insn.MoveSignExtend(width, from, R0, R3));
            assertThat(registers.get(0)).as("low %s of 0x%x", from, value).isEqualTo(expected);
            assertThat(registers.get(3)).as("the source").isEqualTo(value);
            assertThat(after(wide(R0, value), new Insn.MoveSignExtend(width, from, R0, R0))
                            .getFirst())
                    .as("low %s of 0x%x onto itself", from, value)
                    .isEqualTo(expected);
        }
    }

    @Test
    void move_of32Bits_clearsTheUpperHalf() {
        assertThat(after(wide(R0, -1), wide(R3, Values.BOUNDARIES.getLast()), mov32(R0, R3))
                        .getFirst())
                .isEqualTo(0xffff_ffffL);
        assertThat(after(wide(R0, 0x1234_5678_8765_4321L), mov32(R0, R0)).getFirst())
                .isEqualTo(0x8765_4321L);
        assertThat(after(wide(R0, 0), new Insn.Alu(Width.BITS_32, AluOp.MOV, R0, Insns.imm(-1)))
                        .getFirst())
                .isEqualTo(0xffff_ffffL);
        assertThat(after(mov(R0, -1)).getFirst()).isEqualTo(-1L);
    }

    @Test
    void wideLoad_allBits_areLoaded() {
        for (long value : Values.BOUNDARIES) {
            assertThat(after(wide(R9, value)).get(9)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @EnumSource(SwapKind.class)
    void swap_everySize_agreesWithBuffers(SwapKind kind) {
        for (Size size : List.of(Size.HALF, Size.WORD, Size.DOUBLE)) {
            for (long value : Values.BOUNDARIES) {
                assertThat(after(wide(R9, value), new Insn.ByteSwap(kind, size, R9))
                                .get(9))
                        .as("%s of the low %s of 0x%x", kind, size, value)
                        .isEqualTo(swapped(kind, size, value));
            }
        }
    }

    /** What the bytes of the host's number mean when they are read in the other order. */
    private static long swapped(SwapKind kind, Size size, long value) {
        ByteOrder host = ByteOrder.nativeOrder();
        ByteOrder opposite = host == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteOrder from = kind == SwapKind.REVERSE ? opposite : host;
        ByteOrder to = switch (kind) {
            case TO_LITTLE_ENDIAN -> ByteOrder.LITTLE_ENDIAN;
            case TO_BIG_ENDIAN -> ByteOrder.BIG_ENDIAN;
            case REVERSE -> host;
        };
        ByteBuffer bytes = ByteBuffer.allocate(8);
        return switch (size) {
            case BYTE -> throw new AssertionError("no swap of bytes");
            case HALF ->
                Short.toUnsignedLong(
                        bytes.order(to).putShort(0, (short) value).order(from).getShort(0));
            case WORD ->
                Integer.toUnsignedLong(
                        bytes.order(to).putInt(0, (int) value).order(from).getInt(0));
            case DOUBLE -> bytes.order(to).putLong(0, value).order(from).getLong(0);
        };
    }

    private static Insn mov32(Register dst, Register source) {
        return new Insn.Alu(Width.BITS_32, AluOp.MOV, dst, source);
    }

    private List<Long> after(Insn... insns) {
        return RegisterDump.after(runtime, List.of(insns));
    }
}
