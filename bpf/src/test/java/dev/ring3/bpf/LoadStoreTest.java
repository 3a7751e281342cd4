package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.add;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.loadSigned;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Size;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Regular loads and stores (RFC 9669 sections 5.1 and 5.2): every size, sign and alignment, in the host's order. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class LoadStoreTest {
    private static final int BYTES = 32;

    private final BpfRuntime runtime;

    LoadStoreTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    static Stream<Arguments> loads() {
        return Stream.of(
                Arguments.of(Size.BYTE, false),
                Arguments.of(Size.HALF, false),
                Arguments.of(Size.WORD, false),
                Arguments.of(Size.DOUBLE, false),
                Arguments.of(Size.BYTE, true),
                Arguments.of(Size.HALF, true),
                Arguments.of(Size.WORD, true));
    }

    @ParameterizedTest
    @MethodSource("loads")
    void load_everyOffset_givesTheBytesThere(Size size, boolean signed) {
        byte[] bytes = pattern();
        for (int at = 0; at + size.bytes() <= BYTES; at++) {
            BigInteger number = number(bytes, at, size);
            long expected = (signed ? Values.signed(number.longValue(), size.bits()) : number).longValue();
            for (int base : new int[] {0, at, at + 1, BYTES, -100, 40_000}) {
                int offset = at - base;
                if (offset == (short) offset) {
                    BpfCode code = BpfCode.of(
                            wide(R0, -1),
                            add(R1, base),
                            signed ? loadSigned(size, R0, R1, offset) : load(size, R0, R1, offset),
                            EXIT);
                    assertThat(run(code, bytes))
                            .as("%s at %d, base %d", size, at, base)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void store_everyOffset_changesThoseBytesAlone(Size size) {
        long value = 0xf1e2_d3c4_b5a6_9788L;
        for (int at = 0; at + size.bytes() <= BYTES; at++) {
            assertStores(size, at, value, R3);
        }
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void store_immediate_isSignExtended(Size size) {
        for (int value : Values.IMMEDIATES) {
            assertStores(size, 3, value, imm(value));
        }
    }

    private void assertStores(Size size, int at, long value, Operand operand) {
        byte[] bytes = pattern();
        byte[] expected = pattern();
        putNumber(expected, at, size, value);
        BpfCode code = BpfCode.of(wide(R3, value), store(size, R1, at, operand), mov(R0, R3), EXIT);
        assertThat(run(code, bytes)).as("the source register").isEqualTo(value);
        assertThat(bytes).as("%s of 0x%x at %d", size, value, at).containsExactly(expected);
    }

    @Test
    void load_intoItsOwnBase_usesTheOldAddress() {
        byte[] bytes = pattern();
        BpfCode code = BpfCode.of(load(Size.DOUBLE, R1, R1, 8), mov(R0, R1), EXIT);
        assertThat(run(code, bytes)).isEqualTo(number(bytes, 8, Size.DOUBLE).longValue());
    }

    @Test
    void stack_wholeFrame_keepsWhatWasStored() {
        Code code = new Code();
        for (int offset = -512; offset < 0; offset += 8) {
            code.add(store(Size.DOUBLE, R10, offset, imm(offset)));
        }
        code.add(mov(R0, 0));
        for (int offset = -512; offset < 0; offset += 8) {
            code.add(load(Size.DOUBLE, R3, R10, offset), add(R0, R3));
        }
        assertThat(run(code.add(EXIT).build(), new byte[0])).isEqualTo(-8 * (64 * 65 / 2));
    }

    @Test
    void stack_halvesOfANumber_areInTheOrderOfTheHost() {
        int low = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? -8 : -4;
        Insn.Store number = new Insn.Store(Size.DOUBLE, R10, -8, R3);
        BpfCode code = BpfCode.of(wide(R3, 0x1111_2222_3333_4444L), number, load(Size.WORD, R0, R10, low), EXIT);
        assertThat(run(code, new byte[0])).isEqualTo(0x3333_4444L);
    }

    private long run(BpfCode code, byte[] memory) {
        try (BpfProgram program = runtime.program("memory", code, ProgramTypes.MEMORY)) {
            return program.run(MemorySegment.ofArray(memory));
        }
    }

    /** Bytes with and without their upper bit, none twice. */
    private static byte[] pattern() {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = (byte) (0x75 + i * 0x25);
        }
        return bytes;
    }

    private static BigInteger number(byte[] bytes, int at, Size size) {
        byte[] big = Arrays.copyOfRange(bytes, at, at + size.bytes());
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            reverse(big);
        }
        return new BigInteger(1, big);
    }

    private static void putNumber(byte[] bytes, int at, Size size, long value) {
        for (int i = 0; i < size.bytes(); i++) {
            boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
            bytes[at + (little ? i : size.bytes() - 1 - i)] = (byte) (value >> (8 * i));
        }
    }

    private static void reverse(byte[] bytes) {
        for (int i = 0; i < bytes.length / 2; i++) {
            byte first = bytes[i];
            bytes[i] = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = first;
        }
    }
}
